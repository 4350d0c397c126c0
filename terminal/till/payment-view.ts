import type { PaymentView, Receipt } from '#bridge/terminal-api.ts';
import type { Payment } from '#kernel/transaction/payment.ts';
import { saleTaxMinor } from '#kernel/transaction/sale.ts';
import type { ShopSettings } from '../config/shop-settings.ts';

/** A payment as the journal has it, for the screen. One that nobody has closed is unknown. */
export function viewOfPayment(paymentId: string, payment: Payment): PaymentView {
  const { intent, closed, answer, reversal } = payment;
  const responseCode = answer?.responseCode;
  return {
    paymentId,
    saleId: intent.saleId,
    amountMinor: intent.amountMinor,
    state: closed?.end ?? 'unknown',
    sinceMs: closed?.atMs ?? reversal?.atMs ?? intent.atMs,
    ...(closed?.reason && { reason: closed.reason }),
    ...(responseCode !== undefined && { responseCode }),
    cancellable: false,
  };
}

/** What is printed of a closed payment. `undefined` while it is open. */
export function receiptOfPayment(
  paymentId: string,
  payment: Payment,
  shop: ShopSettings,
  terminalId: string,
): Receipt | undefined {
  const { intent, closed, sent, answer } = payment;
  if (!closed) return undefined;
  return {
    paymentId,
    saleId: intent.saleId,
    merchantName: shop.name,
    merchantAddress: shop.address,
    terminalId,
    atMs: closed.atMs,
    lines: [...intent.lines],
    amountMinor: intent.amountMinor,
    taxMinor: saleTaxMinor(intent.lines),
    currency: shop.currency,
    end: closed.end,
    ...(sent && {
      maskedPan: sent.maskedPan,
      applicationLabel: sent.applicationLabel,
      aid: sent.aid,
    }),
    ...(answer?.approvalCode !== undefined && { approvalCode: answer.approvalCode }),
    ...(answer?.retrievalReference !== undefined && {
      retrievalReference: answer.retrievalReference,
    }),
  };
}
