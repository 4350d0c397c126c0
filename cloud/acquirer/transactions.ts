import { sql } from 'kysely';
import { book, cardAccount, merchantAccount } from '../ledger/ledger.ts';
import type { Score } from '../scoring/score.ts';
import type { UnitOfWork } from '../store/database.ts';
import type { CardAccount } from './decide.ts';
import type { MessageIdentity } from './idempotency.ts';

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

/** The payment of this name, locked until the transaction ends; `undefined` when there is none. */
export function lockTransaction(db: UnitOfWork, key: TransactionKey) {
  return db
    .selectFrom('transactions')
    .selectAll()
    .where('terminal_id', '=', key.terminalId)
    .where('stan', '=', key.stan)
    .where('transmitted_at', '=', key.transmittedAt)
    .forUpdate()
    .executeTakeFirst();
}

/** The account of a card, locked until the transaction ends; `undefined` when it has none here. */
export async function lockCard(
  db: UnitOfWork,
  cardToken: string,
): Promise<CardAccount | undefined> {
  return db
    .selectFrom('cards')
    .select([
      'expiry',
      'fault',
      'highest_atc as highestAtc',
      'currency',
      'balance_minor as balanceMinor',
    ])
    .where('card_token', '=', cardToken)
    .forUpdate()
    .executeTakeFirst();
}

/** A payment that was decided on, and what follows from it. */
export interface Decided {
  readonly payment: NewTransaction;
  /** The counter that the card has got to. */
  readonly highestAtc?: number;
  /** Null when it must never go out. */
  readonly answer: Uint8Array | null;
}

/**
 * Records a decision in one statement: the payment, its answer, the card's counter and, when it was
 * approved, the booking. False, and nothing is recorded, when this payment was there before.
 */
export async function recordDecision(
  db: UnitOfWork,
  identity: MessageIdentity,
  { payment, highestAtc, answer }: Decided,
): Promise<boolean> {
  const spentMinor = payment.approvalCode ? payment.amountMinor : 0n;
  const { rows } = await sql<{ recorded: number }>`
    with payment as (
      insert into transactions (terminal_id, stan, transmitted_at, merchant_id, card_token,
        masked_pan, amount_minor, currency, state, response_code, approval_code,
        retrieval_reference, score, tier, reasons, received_at)
      values (${payment.terminalId}, ${payment.stan}, ${payment.transmittedAt},
        ${payment.merchantId}, ${payment.cardToken}, ${payment.maskedPan}, ${payment.amountMinor},
        ${payment.currency}, ${payment.approvalCode ? 'approved' : 'declined'},
        ${payment.responseCode}, ${payment.approvalCode ?? null}, ${payment.retrievalReference},
        ${payment.score?.score ?? null}, ${payment.score?.tier ?? null},
        ${payment.score?.reasons.join(',') ?? null}, ${payment.receivedAt})
      on conflict do nothing returning 1
    ), answered as (
      insert into idempotency (terminal_id, message_class, stan, transmitted_at, payload_hash,
        answer, received_at)
      select ${identity.terminalId}, ${identity.messageClass}, ${identity.stan},
        ${identity.transmittedAt}, ${identity.payloadHash}, ${answer}::bytea,
        ${payment.receivedAt}::timestamptz
      from payment
    ), booked as (
      insert into ledger_transfers (terminal_id, entry_id, line, debit_account, credit_account,
        currency, amount_minor)
      select ${payment.terminalId}, ${`sale-${payment.stan}-${payment.transmittedAt}`}, 0,
        ${cardAccount(payment.cardToken)}, ${merchantAccount(payment.merchantId)},
        ${payment.currency}, ${spentMinor}::bigint
      from payment where ${spentMinor}::bigint > 0
    ), moved as (
      update cards set balance_minor = balance_minor - ${spentMinor}::bigint,
        highest_atc = greatest(highest_atc, ${highestAtc ?? -1}::integer)
      where card_token = ${payment.cardToken} and exists (select from payment)
    )
    select cast(count(*) as integer) as recorded from payment`.execute(db);
  return rows[0]?.recorded === 1;
}

/** Leaves a mark, so that the payment is refused if it comes after all. */
export async function markUnseen(db: UnitOfWork, reversal: UnseenReversal): Promise<void> {
  const row = {
    terminal_id: reversal.terminalId,
    stan: reversal.stan,
    transmitted_at: reversal.transmittedAt,
    merchant_id: reversal.merchantId,
    amount_minor: reversal.amountMinor,
    currency: reversal.currency,
    state: 'reversed-unseen',
    received_at: reversal.receivedAt,
    reversed_at: reversal.receivedAt,
    reversal_reason: reversal.reason,
  } as const;
  await db.insertInto('transactions').values(row).execute();
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
    transfers: [
      {
        debitAccount: merchantAccount(sale.merchant_id),
        creditAccount: cardAccount(sale.card_token),
        currency: sale.currency,
        amountMinor: sale.amount_minor,
      },
    ],
  });
  await db
    .updateTable('cards')
    .set((set) => ({ balance_minor: set('balance_minor', '+', sale.amount_minor) }))
    .where('card_token', '=', sale.card_token)
    .execute();
  await db
    .updateTable('transactions')
    .set({ state: 'reversed', reversed_at: reversal.now, reversal_reason: reversal.reason })
    .where('terminal_id', '=', key.terminalId)
    .where('stan', '=', key.stan)
    .where('transmitted_at', '=', key.transmittedAt)
    .execute();
}
