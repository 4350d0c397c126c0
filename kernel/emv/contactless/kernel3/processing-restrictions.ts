import { equalBytes } from '../../../bytes/bytes.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { AUC } from '../../application-usage-control.ts';
import { type DataBit, isSet } from '../../data-bit.ts';
import { isAfter } from '../../oda/dates.ts';
import { panDigits } from '../../oda/pan.ts';
import { CASHBACK, transactionKind } from '../../transaction-kind.ts';
import type { OutcomeReason } from '../outcome.ts';
import { CTQ, TTQ } from './qualifiers.ts';
import type { Kernel3Transaction } from './transaction.ts';

/** What a check decided: on, to the issuer, over another interface, or no for a reason. */
export type Decision = 'go-on' | 'go-online' | 'switch-interface' | OutcomeReason;

/**
 * Processing restrictions, for a card that approves by itself (TC): expiry, exception file, usage
 * for cash and cashback. Source: EMV Contactless Book C-3, 5.5, as publicly described.
 */
export function restrict(transaction: Kernel3Transaction): Decision {
  const { activation, terminal, card } = transaction;
  const ctq = card.get('9F6C');
  if (isExpired(transaction)) {
    const mayGoOnline = !isSet(terminal.get('9F66'), TTQ.offlineOnly);
    return isSet(ctq, CTQ.onlineIfExpired) && mayGoOnline ? 'go-online' : 'expired';
  }
  const pan = panDigits(card);
  if (pan.ok && activation.input.exceptionFile?.includes(pan.value)) return 'on-exception-file';
  return restrictUsage(transaction);
}

function isExpired({ activation, card }: Kernel3Transaction): boolean {
  const expiry = card.get('5F24');
  return expiry !== undefined && isAfter(activation.input.date, encodeHex(expiry));
}

function restrictUsage({ activation, terminal, card }: Kernel3Transaction): Decision {
  const usage = card.get('9F07');
  const issuerCountry = card.get('5F28');
  const country = terminal.get('9F1A');
  if (!usage || !issuerCountry || !country) return 'go-on';
  const isDomestic = equalBytes(issuerCountry, country);
  const ttq = terminal.get('9F66');
  const { transactionType } = activation.input;
  const refuse = (bit: DataBit): Decision =>
    isSet(card.get('9F6C'), bit) && isSet(ttq, TTQ.contactChip)
      ? 'switch-interface'
      : 'service-not-allowed';
  if (transactionKind(transactionType).isCash) {
    const allowed = isSet(usage, isDomestic ? AUC.domesticCash : AUC.internationalCash);
    return allowed ? 'go-on' : refuse(CTQ.switchForCash);
  }
  if (transactionType === CASHBACK) {
    const allowed = isSet(usage, isDomestic ? AUC.domesticCashback : AUC.internationalCashback);
    return allowed ? 'go-on' : refuse(CTQ.switchForCashback);
  }
  return 'go-on';
}
