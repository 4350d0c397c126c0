import { sql } from 'kysely';
import type { MessageKind } from '#kernel/transaction/message-kinds.ts';
import { nextAuditRow } from '../audit/audit-log.ts';
import { cardAccount, heldAccount, merchantAccount } from '../ledger/ledger.ts';
import type { Move, Position } from '../life-cycle/advance.ts';
import { eventIdOf, type NodeEvent } from '../nodes/node-event.ts';
import { outboxValues } from '../nodes/outbox.ts';
import type { LoggedDecision } from '../scoring/decision-log.ts';
import type { Verification } from '../scoring/features.ts';
import type { Score } from '../scoring/score.ts';
import type { UnitOfWork } from '../store/database.ts';
import type { TransactionState } from '../store/schema.ts';
import type { CardAccount, CardAfter } from './account-rules.ts';
import type { MessageIdentity } from './idempotency.ts';

/** What names a transaction: its terminal, DE 11 and DE 7. */
export interface TransactionKey {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
}

/** A payment as it is first recorded. */
export interface NewTransaction extends TransactionKey {
  readonly kind: MessageKind;
  readonly merchantId: string;
  readonly cardToken: string;
  readonly maskedPan: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly state: TransactionState;
  readonly authorisedMinor: bigint;
  readonly capturedMinor: bigint;
  readonly responseCode: string;
  readonly approvalCode?: string;
  readonly retrievalReference: string;
  readonly score?: Score;
  /** What was scored, and by what; absent where nothing was. */
  readonly logged?: LoggedDecision;
  readonly deviceToken?: string;
  /** How the cardholder was verified, as far as the host believes it. */
  readonly verification: Verification;
  /** What became of a FIDO2 assertion that came with it. */
  readonly assertion?: string;
  readonly receivedAt: Date;
}

/** A transaction that was locked. */
export type LockedTransaction = NonNullable<Awaited<ReturnType<typeof lockTransaction>>>;

/** The transaction of this name, locked until the unit ends; `undefined` when there is none. */
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

/** Where a payment stands; `undefined` for a message about a payment. */
export function positionOf(row: LockedTransaction): Position | undefined {
  if (row.state === 'done') return undefined;
  return {
    state: row.state,
    authorisedMinor: row.authorised_minor,
    capturedMinor: row.captured_minor,
    refundedMinor: row.refunded_minor,
    chargedBackMinor: row.charged_back_minor,
    isSettled: row.is_settled,
  };
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
      'latency_ms as latencyMs',
      'pvv',
      'pin_tries_left as pinTriesLeft',
      'payment_limit_minor as paymentLimitMinor',
      'day_limit_minor as dayLimitMinor',
      'day_limit_count as dayLimitCount',
      'stand_in_limit_minor as standInLimitMinor',
      'day',
      'day_spent_minor as daySpentMinor',
      'day_count as dayCount',
      'pending_script as pendingScript',
    ])
    .where('card_token', '=', cardToken)
    .forUpdate()
    .executeTakeFirst();
}

/** A payment that was decided on, and what follows from it. */
export interface Decided {
  readonly payment: NewTransaction;
  /** What is to be booked; nothing when it was not approved. */
  readonly move?: Move;
  /** What of the card's account is another now; absent where it has none. */
  readonly after?: CardAfter;
  /** Null when it must never go out. */
  readonly answer: Uint8Array | null;
}

/**
 * Records a decision in one statement: the payment, its answer, the card's counter, the entry of
 * the audit log, what it was decided from, when it was approved the booking, and what other nodes
 * are to know where this is one of several. False, and nothing is recorded, when this payment was
 * there before.
 */
export async function recordDecision(
  db: UnitOfWork,
  identity: MessageIdentity,
  { payment, move, after, answer }: Decided,
  nodeId?: string,
): Promise<boolean> {
  const spentMinor = move?.amountMinor ?? 0n;
  const creditAccount =
    move?.to === 'held' ? heldAccount(payment.cardToken) : merchantAccount(payment.merchantId);
  const { deciding, challenger, features = null } = payment.logged ?? {};
  const { rows } = await sql<{ recorded: number }>`
    with payment as (
      insert into transactions (terminal_id, stan, transmitted_at, kind, merchant_id, card_token,
        masked_pan, amount_minor, currency, state, authorised_minor, captured_minor, response_code,
        approval_code, retrieval_reference, score, tier, reasons, verification, received_at)
      values (${payment.terminalId}, ${payment.stan}, ${payment.transmittedAt}, ${payment.kind},
        ${payment.merchantId}, ${payment.cardToken}, ${payment.maskedPan}, ${payment.amountMinor},
        ${payment.currency}, ${payment.state}, ${payment.authorisedMinor},
        ${payment.capturedMinor}, ${payment.responseCode}, ${payment.approvalCode ?? null},
        ${payment.retrievalReference}, ${payment.score?.score ?? null},
        ${payment.score?.tier ?? null}, ${payment.score?.reasons.join(',') ?? null},
        ${payment.verification}, ${payment.receivedAt})
      on conflict do nothing returning 1
    ), answered as (
      insert into idempotency (terminal_id, message_class, stan, transmitted_at, payload_hash,
        answer, received_at)
      select ${identity.terminalId}, ${identity.messageClass}, ${identity.stan},
        ${identity.transmittedAt}, ${identity.payloadHash}, ${answer}::bytea,
        ${payment.receivedAt}::timestamptz
      from payment
    ), logged as (
      insert into decisions (terminal_id, stan, transmitted_at, device_token, features,
        rules_digest, model_digest, result, challenger_rules_digest, challenger_model_digest,
        challenger_result, decided_at)
      select ${payment.terminalId}, ${payment.stan}, ${payment.transmittedAt},
        ${payment.deviceToken ?? null}, ${features}::text, ${deciding?.rulesDigest ?? null},
        ${deciding?.modelDigest ?? null}, ${deciding?.result ?? null},
        ${challenger?.rulesDigest ?? null}, ${challenger?.modelDigest ?? null},
        ${challenger?.result ?? null}, ${payment.receivedAt}::timestamptz
      from payment where ${features}::text is not null
    ), booked as (
      insert into ledger_transfers (terminal_id, entry_id, line, debit_account, credit_account,
        currency, amount_minor)
      select ${payment.terminalId}, ${`sale-${payment.stan}-${payment.transmittedAt}`}, 0,
        ${cardAccount(payment.cardToken)}, ${creditAccount},
        ${payment.currency}, ${spentMinor}::bigint
      from payment where ${spentMinor}::bigint > 0
    ), moved as (
      update cards set balance_minor = balance_minor - ${spentMinor}::bigint,
        highest_atc = ${after?.highestAtc ?? -1}::integer,
        pin_tries_left = ${after?.pinTriesLeft ?? 0}::integer, day = ${after?.day ?? ''},
        day_spent_minor = ${after?.daySpentMinor ?? 0n}::bigint,
        day_count = ${after?.dayCount ?? 0}::integer,
        pending_script = case when ${after?.isScriptSent ?? false}::boolean then null
          else pending_script end
      where card_token = ${payment.cardToken} and exists (select from payment)
    ), audited as (
      insert into audit_log (shard, sequence, entry, previous_hash, hash)
      select next.* from payment cross join lateral (
        ${nextAuditRow(payment.terminalId, auditOf(payment))}) next
    )${nodeId === undefined ? sql`` : tell(nodeEventOf(payment, nodeId))}
    select cast(count(*) as integer) as recorded from payment`.execute(db);
  return rows[0]?.recorded === 1;
}

function tell(event: NodeEvent) {
  return sql`, told as (
    insert into outbox (node_id, event_id, event, happened_at)
    select ${outboxValues(event)} from payment
  )`;
}

function nodeEventOf(payment: NewTransaction, nodeId: string): NodeEvent {
  const { terminalId, stan, transmittedAt, merchantId, cardToken, deviceToken, verification } =
    payment;
  return {
    kind: 'decided',
    nodeId,
    eventId: eventIdOf('decided', payment),
    at: payment.receivedAt.toISOString(),
    ...{ terminalId, stan, transmittedAt, merchantId, cardToken, verification },
    ...(deviceToken !== undefined && { deviceToken }),
    amountMinor: `${payment.amountMinor}`,
    isDeclined: payment.state === 'declined',
  };
}

function auditOf(payment: NewTransaction) {
  const { kind, stan, transmittedAt, amountMinor, currency, state, responseCode, score } = payment;
  return {
    act: kind,
    at: payment.receivedAt,
    details: {
      ...{ stan, transmittedAt, amountMinor: `${amountMinor}`, currency, state, responseCode },
      score: score?.score,
      reasons: score?.reasons.join(','),
      assertion: payment.assertion,
    },
  };
}
