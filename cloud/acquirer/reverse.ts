import { sql } from 'kysely';
import { appendAudit } from '../audit/audit-log.ts';
import { advance, type Happening, leftMinor, type Position } from '../life-cycle/advance.ts';
import { eventIdOf } from '../nodes/node-event.ts';
import { outboxValues } from '../nodes/outbox.ts';
import type { UnitOfWork } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { noteReversal, recordFollowUp, takeStep, undoFollowUp } from './life-steps.ts';
import { once } from './once.ts';
import { type AboutOriginal, readAboutOriginal } from './original.ts';
import type { Received } from './received.ts';
import { type LockedTransaction, lockTransaction, positionOf } from './transactions.ts';

/**
 * Answers an 0400, 0401, 0420 or 0421. Its original is named by DE 90 and the terminal, and is
 * undone once, however often it is asked for. What it did is committed when it resolves.
 */
export async function reverse(acquirer: Acquirer, received: Received): Promise<Uint8Array | null> {
  const { message, terminal } = received;
  const answer = (code: string) => buildAnswer(message, { 39: code }, terminal.macKey);
  const about = readAboutOriginal(message, terminal);
  const reason = message.fields[39];
  if (!about || typeof reason !== 'string') return answer(FORMAT_ERROR);
  const wanted = { ...about, reason };
  let reversed: LockedTransaction | undefined;
  const answered = await once(acquirer, received, async (db, now) => {
    const done = await carryOut(db, wanted, terminal.merchantId, now);
    reversed = done.reversed;
    if (reversed?.card_token && acquirer.outbox) {
      await tellReversed(db, acquirer.outbox.nodeId, reversed, now);
    }
    return answer(done.code);
  });
  if (reversed?.card_token) {
    acquirer.velocity.takeBack(reversed.card_token, about.original);
    acquirer.outbox?.wake();
  }
  return answered;
}

/** Has other nodes take a payment back as well. */
export async function tellReversed(
  db: UnitOfWork,
  nodeId: string,
  payment: LockedTransaction,
  now: Date,
): Promise<void> {
  const { terminal_id: terminalId, stan, transmitted_at: transmittedAt } = payment;
  const event = {
    kind: 'reversed',
    nodeId,
    eventId: eventIdOf('reversed', { terminalId, stan, transmittedAt }),
    at: now.toISOString(),
    ...{ terminalId, stan, transmittedAt },
    cardToken: payment.card_token ?? '',
  } as const;
  await sql`insert into outbox (node_id, event_id, event, happened_at)
    select ${outboxValues(event)}`.execute(db);
}

/** The response code, and the payment if it was reversed now. */
interface CarriedOut {
  readonly code: string;
  readonly reversed?: LockedTransaction;
}

type WantedReversal = AboutOriginal & {
  /** DE 39: why. */
  readonly reason: string;
};

/** DE 39. ISO 8583:1987, annex A. */
const DONE = '00';
const INVALID = '12';
const FORMAT_ERROR = '30';
const WRONG_AMOUNT = '64';

/** Undoes the original as far as there is something to undo. */
async function carryOut(
  db: UnitOfWork,
  wanted: WantedReversal,
  merchantId: string,
  now: Date,
): Promise<CarriedOut> {
  const { original, amountMinor, currency, reason } = wanted;
  const found = await lockTransaction(db, original);
  if (!found) {
    // A mark, so that the original is refused if it comes after all.
    const mark = { ...original, kind: 'purchase', merchantId, amountMinor, currency } as const;
    const state = 'reversed-unseen';
    await recordFollowUp(db, { ...mark, state, reversalReason: reason, receivedAt: now });
    const { terminalId, ...named } = original;
    await appendAudit(db, terminalId, { act: state, at: now, details: named });
    return { code: DONE };
  }
  if (found.amount_minor !== amountMinor || found.currency !== currency)
    return { code: WRONG_AMOUNT };
  if (found.original_stan !== null) return { code: await undo(db, found, wanted, now) };
  const position = positionOf(found);
  // An inquiry moved nothing.
  if (!position) return { code: DONE };
  const step = advance(position, { event: 'reverse', by: 'terminal' });
  if (!step.ok) return { code: await giveRestBack(db, found, position, wanted, now) };
  if (step.value.position.state === position.state) return { code: DONE };
  const entryId = `reversal-${original.stan}-${original.transmittedAt}`;
  const act = { entryId, act: 'reversal', reversalReason: reason, now };
  await takeStep(db, found, step.value, act);
  return { code: DONE, reversed: found };
}

/**
 * Of what was given back already, by a refund or a lost dispute, only the rest is left to undo. The
 * terminal never learned of the payment and repeats its reversal until it is confirmed; what a
 * dispute is open over waits for the ruling.
 */
async function giveRestBack(
  db: UnitOfWork,
  payment: LockedTransaction,
  position: Position,
  { original, reason }: WantedReversal,
  now: Date,
): Promise<string> {
  const amountMinor = leftMinor(position);
  if (amountMinor > 0n) {
    const step = advance(position, { event: 'refund', by: 'terminal', amountMinor });
    if (!step.ok) return INVALID;
    const entryId = `reversal-${original.stan}-${original.transmittedAt}`;
    await takeStep(db, payment, step.value, { entryId, act: 'reversal', now });
  }
  if (!payment.reversed_at) await noteReversal(db, original, { reason, now });
  return DONE;
}

/** Undoes a message about a payment. */
async function undo(
  db: UnitOfWork,
  found: LockedTransaction,
  { original, amountMinor, reason }: WantedReversal,
  now: Date,
): Promise<string> {
  if (found.state !== 'done') return DONE;
  // What a batch counts is settled, as a payment is that can be voided no more.
  if (found.batch_number !== null) return INVALID;
  const event = UNDOING[found.kind];
  const payment = await lockTransaction(db, {
    terminalId: found.terminal_id,
    stan: found.original_stan ?? '',
    transmittedAt: found.original_transmitted_at ?? '',
  });
  const position = payment && positionOf(payment);
  if (!event || !payment || !position) return INVALID;
  const step = advance(position, { event, by: 'terminal', amountMinor });
  if (!step.ok) return INVALID;
  const entryId = `reversal-${original.stan}-${original.transmittedAt}`;
  await takeStep(db, payment, step.value, { entryId, act: event, now });
  await undoFollowUp(db, original, { reason, now });
  return DONE;
}

/** A completion and a void are repeated until they are answered; they are not undone. */
const UNDOING: Readonly<Record<string, Happening['event']>> = {
  increment: 'undo-increment',
  refund: 'undo-refund',
};
