import type { Insertable } from 'kysely';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import { book, cardAccount, merchantAccount, transfer } from '../ledger/ledger.ts';
import type { Score } from '../scoring/score.ts';
import type { Queries, UnitOfWork } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** What names a payment: its terminal, DE 11 and DE 7 of its 0100. */
export interface TransactionKey {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
}

/** A payment as it is first recorded. */
export interface NewTransaction extends TransactionKey {
  readonly merchantId: string;
  readonly cardToken: string;
  readonly maskedPan: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly responseCode: string;
  readonly approvalCode?: string;
  readonly retrievalReference: string;
  readonly score?: Score;
  readonly receivedAt: Date;
}

/** The mark of a reversal whose original was never seen. */
export interface UnseenReversal extends TransactionKey {
  readonly merchantId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly receivedAt: Date;
}

/** The payment of this name; `undefined` when there is none. */
export function findTransaction(db: Queries, key: TransactionKey) {
  return db
    .selectFrom('transactions')
    .selectAll()
    .where('terminal_id', '=', key.terminalId)
    .where('stan', '=', key.stan)
    .where('transmitted_at', '=', key.transmittedAt)
    .executeTakeFirst();
}

/** Records a payment as approved or declined. */
export async function recordTransaction(db: Queries, payment: NewTransaction): Promise<void> {
  await insert(db, {
    ...keyColumns(payment),
    merchant_id: payment.merchantId,
    card_token: payment.cardToken,
    masked_pan: payment.maskedPan,
    amount_minor: payment.amountMinor,
    currency: payment.currency,
    state: isApproval(payment.responseCode) ? 'approved' : 'declined',
    response_code: payment.responseCode,
    approval_code: payment.approvalCode ?? null,
    retrieval_reference: payment.retrievalReference,
    score: payment.score?.score ?? null,
    tier: payment.score?.tier ?? null,
    reasons: payment.score?.reasons.join(',') ?? null,
    received_at: payment.receivedAt,
  });
}

/** Leaves a mark, so that the payment is refused if it comes after all. */
export async function markUnseen(db: Queries, reversal: UnseenReversal): Promise<void> {
  await insert(db, {
    ...keyColumns(reversal),
    merchant_id: reversal.merchantId,
    amount_minor: reversal.amountMinor,
    currency: reversal.currency,
    state: 'reversed-unseen',
    received_at: reversal.receivedAt,
    reversed_at: reversal.receivedAt,
    reversal_reason: reversal.reason,
  });
}

/** Moves the amount from the card to the merchant. */
export async function bookSale(
  db: UnitOfWork,
  key: TransactionKey,
  merchantId: string,
  cardToken: string,
  sum: { readonly amountMinor: bigint; readonly currency: string },
): Promise<void> {
  await book(db, {
    terminalId: key.terminalId,
    entryId: `sale-${key.stan}-${key.transmittedAt}`,
    postings: transfer(
      cardAccount(cardToken),
      merchantAccount(merchantId),
      sum.amountMinor,
      sum.currency,
    ),
  });
}

/** Moves the amount back, and says so of the payment. */
export async function undoSale(
  db: UnitOfWork,
  key: TransactionKey,
  sale: { merchant_id: string; card_token: string; amount_minor: bigint; currency: string },
  reversal: { readonly reason: string; readonly now: Date },
): Promise<void> {
  await book(db, {
    terminalId: key.terminalId,
    entryId: `reversal-${key.stan}-${key.transmittedAt}`,
    postings: transfer(
      merchantAccount(sale.merchant_id),
      cardAccount(sale.card_token),
      sale.amount_minor,
      sale.currency,
    ),
  });
  await db
    .updateTable('transactions')
    .set({ state: 'reversed', reversed_at: reversal.now, reversal_reason: reversal.reason })
    .where('terminal_id', '=', key.terminalId)
    .where('stan', '=', key.stan)
    .where('transmitted_at', '=', key.transmittedAt)
    .execute();
}

function keyColumns(key: TransactionKey) {
  return { terminal_id: key.terminalId, stan: key.stan, transmitted_at: key.transmittedAt };
}

async function insert(db: Queries, row: Insertable<Schema['transactions']>): Promise<void> {
  await db.insertInto('transactions').values(row).execute();
}
