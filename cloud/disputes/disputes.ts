import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { takeStep } from '../acquirer/life-steps.ts';
import { lockTransaction, positionOf, type TransactionKey } from '../acquirer/transactions.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { advance, type Happening, type Refusal } from '../life-cycle/advance.ts';
import { isFraudReason, recordFraud } from '../scoring/fraud-labels.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';

/** What an issuer says when a cardholder denies a payment. */
export interface NewDispute {
  /** The issuer's, unique within the terminal. */
  readonly disputeId: string;
  readonly payment: TransactionKey;
  /** The scheme's code, for example `10.4`. */
  readonly reasonCode: string;
}

/** What a merchant answers with. It must hold no card data. */
export interface Evidence {
  /** For example `receipt` or `delivery-note`. */
  readonly kind: string;
  readonly content: string;
}

/** Why a dispute is not taken or not carried on. */
export type DisputeRefusal =
  | Refusal
  | 'no-such-payment'
  | 'no-such-dispute'
  /** The terminal has one of that id over another payment. */
  | 'id-in-use'
  /** It was ruled on already. */
  | 'ruled';

/** A dispute as it is listed. */
export interface ListedDispute {
  readonly terminalId: string;
  readonly disputeId: string;
  /** DE 11 and DE 7 of the payment. */
  readonly stan: string;
  readonly transmittedAt: string;
  readonly reasonCode: string;
  readonly state: 'open' | 'won' | 'lost';
  /** What is disputed, or was lost; nothing where it was won. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly openedAt: Date;
  readonly ruledAt: Date | null;
}

/** All disputes, the latest first. */
export async function listDisputes(db: Queries): Promise<readonly ListedDispute[]> {
  const rows = await db
    .selectFrom('disputes')
    .innerJoin('transactions', (join) =>
      join
        .onRef('transactions.terminal_id', '=', 'disputes.terminal_id')
        .onRef('transactions.stan', '=', 'disputes.stan')
        .onRef('transactions.transmitted_at', '=', 'disputes.transmitted_at'),
    )
    .selectAll('disputes')
    .select(['currency', 'captured_minor', 'refunded_minor', 'charged_back_minor'])
    .orderBy('opened_at', 'desc')
    .orderBy('dispute_id')
    .execute();
  return rows.map((row) => ({
    terminalId: row.terminal_id,
    disputeId: row.dispute_id,
    stan: row.stan,
    transmittedAt: row.transmitted_at,
    reasonCode: row.reason_code,
    state: row.state,
    amountMinor: disputedMinor(row),
    currency: row.currency,
    openedAt: row.opened_at,
    ruledAt: row.ruled_at,
  }));
}

function disputedMinor(row: {
  readonly state: ListedDispute['state'];
  readonly captured_minor: bigint;
  readonly refunded_minor: bigint;
  readonly charged_back_minor: bigint;
}): bigint {
  if (row.state === 'won') return 0n;
  if (row.state === 'lost') return row.charged_back_minor;
  return row.captured_minor - row.refunded_minor - row.charged_back_minor;
}

/**
 * Opens a dispute over all that is left of a payment, and sets that aside of the merchant's money
 * until it is ruled on. The same again is the same dispute. One for fraud labels the payment at
 * once, for scoring.
 */
export function openDispute(
  db: Queries,
  dispute: NewDispute,
  now: Date,
): Promise<Result<true, DisputeRefusal>> {
  const { disputeId, payment, reasonCode } = dispute;
  return atomically(db, async (unit) => {
    // The payment first: of two at once the second waits here, and then finds the dispute.
    if (!(await lockTransaction(unit, payment))) return fail('no-such-payment');
    const known = await lockDispute(unit, payment.terminalId, disputeId);
    if (known) return isOver(known, payment) ? ok(true) : fail('id-in-use');
    const happening = { event: 'dispute', by: 'issuer' } as const;
    const moved = await move(unit, payment, disputeId, happening, now);
    if (!moved.ok) return moved;
    await unit
      .insertInto('disputes')
      .values({
        terminal_id: payment.terminalId,
        dispute_id: disputeId,
        stan: payment.stan,
        transmitted_at: payment.transmittedAt,
        reason_code: reasonCode,
        state: 'open',
        opened_at: now,
        ruled_at: null,
      })
      .execute();
    if (isFraudReason(reasonCode)) await recordFraud(unit, payment, now);
    return ok(true);
  });
}

/** Adds evidence to an open dispute; its SHA-256 goes into the audit log. */
export function addEvidence(
  db: Queries,
  name: { readonly terminalId: string; readonly disputeId: string },
  evidence: Evidence,
  now: Date,
): Promise<Result<true, DisputeRefusal>> {
  const { terminalId, disputeId } = name;
  return atomically(db, async (unit) => {
    const dispute = await lockDispute(unit, terminalId, disputeId);
    if (!dispute) return fail('no-such-dispute');
    if (dispute.state !== 'open') return fail('ruled');
    const last = await unit
      .selectFrom('dispute_evidence')
      .select((select) => select.fn.max('sequence').as('sequence'))
      .where('terminal_id', '=', terminalId)
      .where('dispute_id', '=', disputeId)
      .executeTakeFirst();
    const sequence = (last?.sequence ?? 0) + 1;
    const { kind, content } = evidence;
    await unit
      .insertInto('dispute_evidence')
      .values({
        terminal_id: terminalId,
        dispute_id: disputeId,
        ...{ sequence, kind, content, added_at: now },
      })
      .execute();
    const sha256 = createHash('sha256').update(content).digest('hex');
    const details = { disputeId, sequence, kind, sha256 };
    await appendAudit(unit, terminalId, { act: 'evidence-added', at: now, details });
    return ok(true);
  });
}

/**
 * Rules on a dispute: lost, what was set aside goes back to the cardholder; won, to the merchant.
 */
export function ruleDispute(
  db: Queries,
  name: { readonly terminalId: string; readonly disputeId: string },
  ruling: 'won' | 'lost',
  now: Date,
): Promise<Result<true, DisputeRefusal>> {
  const { terminalId, disputeId } = name;
  return atomically(db, async (unit) => {
    const dispute = await lockDispute(unit, terminalId, disputeId);
    if (!dispute) return fail('no-such-dispute');
    if (dispute.state !== 'open') return dispute.state === ruling ? ok(true) : fail('ruled');
    const payment = { terminalId, stan: dispute.stan, transmittedAt: dispute.transmitted_at };
    const event = ruling === 'won' ? 'win-dispute' : 'lose-dispute';
    const happening = { event, by: 'operator' } as const;
    const moved = await move(unit, payment, disputeId, happening, now);
    if (!moved.ok) return moved;
    await unit
      .updateTable('disputes')
      .set({ state: ruling, ruled_at: now })
      .where('terminal_id', '=', terminalId)
      .where('dispute_id', '=', disputeId)
      .execute();
    return ok(true);
  });
}

function isOver(
  dispute: { readonly stan: string; readonly transmitted_at: string },
  payment: TransactionKey,
): boolean {
  return dispute.stan === payment.stan && dispute.transmitted_at === payment.transmittedAt;
}

function lockDispute(unit: UnitOfWork, terminalId: string, disputeId: string) {
  return unit
    .selectFrom('disputes')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where('dispute_id', '=', disputeId)
    .forUpdate()
    .executeTakeFirst();
}

async function move(
  unit: UnitOfWork,
  key: TransactionKey,
  disputeId: string,
  happening: Happening,
  now: Date,
): Promise<Result<true, DisputeRefusal>> {
  const payment = await lockTransaction(unit, key);
  const position = payment && positionOf(payment);
  if (!payment || !position) return fail('no-such-payment');
  const step = advance(position, happening);
  if (!step.ok) return step;
  const entryId = `${happening.event}-${key.stan}-${key.transmittedAt}-${disputeId}`;
  await takeStep(unit, payment, step.value, { entryId, act: happening.event, now });
  return ok(true);
}
