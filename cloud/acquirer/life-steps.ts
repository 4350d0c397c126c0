import type { MessageKind } from '#kernel/transaction/message-kinds.ts';
import { appendAudit } from '../audit/audit-log.ts';
import {
  book,
  cardAccount,
  heldAccount,
  merchantAccount,
  reserveAccount,
  type Transfer,
} from '../ledger/ledger.ts';
import type { Holder, Move, Step } from '../life-cycle/advance.ts';
import type { UnitOfWork } from '../store/database.ts';
import type { TransactionState } from '../store/schema.ts';
import type { LockedTransaction, TransactionKey } from './transactions.ts';

/** What a step is booked and written under. */
export interface StepReason {
  /** Unique in the terminal's ledger. */
  readonly entryId: string;
  /** What the audit log calls it. */
  readonly act: string;
  /** DE 39 of the reversal that caused it. */
  readonly reversalReason?: string;
  readonly now: Date;
}

/** Where the money comes from that a card no longer has when a refund is undone. */
const RECEIVABLE = 'issuer:receivable';

/**
 * Takes a step of a payment that is locked: books its moves, moves the card's balance and writes
 * where the payment stands now.
 */
export async function takeStep(
  db: UnitOfWork,
  payment: LockedTransaction,
  step: Step,
  reason: StepReason,
): Promise<void> {
  const { terminal_id, stan, transmitted_at, card_token, currency } = payment;
  const { position, moves } = step;
  if (moves.length > 0) {
    if (!card_token) throw new Error('a payment that moves money has a card');
    const transfers = await transfersOf(db, payment, card_token, moves);
    await book(db, { terminalId: terminal_id, entryId: reason.entryId, transfers });
    const account = cardAccount(card_token);
    const gained = transfers.reduce(
      (sum, { debitAccount, creditAccount, amountMinor }) =>
        sum +
        (creditAccount === account ? amountMinor : 0n) -
        (debitAccount === account ? amountMinor : 0n),
      0n,
    );
    await db
      .updateTable('cards')
      .set((set) => ({ balance_minor: set('balance_minor', '+', gained) }))
      .where('card_token', '=', card_token)
      .execute();
  }
  const { reversalReason, now } = reason;
  await db
    .updateTable('transactions')
    .set({
      state: position.state as TransactionState,
      authorised_minor: position.authorisedMinor,
      captured_minor: position.capturedMinor,
      refunded_minor: position.refundedMinor,
      charged_back_minor: position.chargedBackMinor,
      is_settled: position.isSettled,
      ...(reversalReason !== undefined && { reversed_at: now, reversal_reason: reversalReason }),
    })
    .where('terminal_id', '=', terminal_id)
    .where('stan', '=', stan)
    .where('transmitted_at', '=', transmitted_at)
    .execute();
  const moved = moves.map(({ from, to, amountMinor }) => `${from}>${to}:${amountMinor}`).join(',');
  await appendAudit(db, terminal_id, {
    act: reason.act,
    at: now,
    details: { stan, transmittedAt: transmitted_at, state: position.state, moved, currency },
  });
}

/** A message about a payment, or the mark of one that is to be refused. */
export interface FollowUpRecord extends TransactionKey {
  readonly kind: MessageKind;
  readonly original?: TransactionKey;
  readonly merchantId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly state: TransactionState;
  readonly responseCode?: string;
  /** DE 39 of the reversal that left the mark. */
  readonly reversalReason?: string;
  readonly receivedAt: Date;
}

/** Writes a message about a payment down. Throws what the database says when it is there. */
export async function recordFollowUp(db: UnitOfWork, record: FollowUpRecord): Promise<void> {
  const { reversalReason, receivedAt } = record;
  await db
    .insertInto('transactions')
    .values({
      terminal_id: record.terminalId,
      stan: record.stan,
      transmitted_at: record.transmittedAt,
      kind: record.kind,
      original_stan: record.original?.stan ?? null,
      original_transmitted_at: record.original?.transmittedAt ?? null,
      merchant_id: record.merchantId,
      amount_minor: record.amountMinor,
      currency: record.currency,
      state: record.state,
      response_code: record.responseCode ?? null,
      received_at: receivedAt,
      ...(reversalReason !== undefined && {
        reversed_at: receivedAt,
        reversal_reason: reversalReason,
      }),
    })
    .execute();
}

/** Says of a message about a payment that it was undone. */
export async function undoFollowUp(
  db: UnitOfWork,
  key: TransactionKey,
  { reason, now }: { readonly reason: string; readonly now: Date },
): Promise<void> {
  await db
    .updateTable('transactions')
    .set({ state: 'reversed', reversed_at: now, reversal_reason: reason })
    .where('terminal_id', '=', key.terminalId)
    .where('stan', '=', key.stan)
    .where('transmitted_at', '=', key.transmittedAt)
    .execute();
}

/** Says of a payment that was given back otherwise that its terminal reversed it as well. */
export async function noteReversal(
  db: UnitOfWork,
  { terminalId, stan, transmittedAt }: TransactionKey,
  { reason, now }: { readonly reason: string; readonly now: Date },
): Promise<void> {
  await db
    .updateTable('transactions')
    .set({ reversed_at: now, reversal_reason: reason })
    .where('terminal_id', '=', terminalId)
    .where('stan', '=', stan)
    .where('transmitted_at', '=', transmittedAt)
    .execute();
  await appendAudit(db, terminalId, {
    act: 'reversal-noted',
    at: now,
    details: { stan, transmittedAt },
  });
}

async function transfersOf(
  db: UnitOfWork,
  payment: LockedTransaction,
  cardToken: string,
  moves: readonly Move[],
): Promise<readonly Transfer[]> {
  const accountOf = (holder: Holder): string => {
    if (holder === 'merchant') return merchantAccount(payment.merchant_id);
    if (holder === 'reserve') return reserveAccount(payment.merchant_id);
    return holder === 'card' ? cardAccount(cardToken) : heldAccount(cardToken);
  };
  const transfers: Transfer[] = [];
  for (const { from, to, amountMinor } of moves) {
    const transfer = { creditAccount: accountOf(to), currency: payment.currency };
    const there = from === 'card' ? await balanceOf(db, cardToken) : amountMinor;
    const isShort = there < amountMinor;
    const paid = isShort ? there : amountMinor;
    const parts = [
      { debitAccount: accountOf(from), amountMinor: paid },
      { debitAccount: RECEIVABLE, amountMinor: amountMinor - paid },
    ];
    for (const part of parts) if (part.amountMinor > 0n) transfers.push({ ...transfer, ...part });
  }
  return transfers;
}

async function balanceOf(db: UnitOfWork, cardToken: string): Promise<bigint> {
  const card = await db
    .selectFrom('cards')
    .select('balance_minor')
    .where('card_token', '=', cardToken)
    .forUpdate()
    .executeTakeFirst();
  return card?.balance_minor ?? 0n;
}
