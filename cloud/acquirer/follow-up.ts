import type { MessageKind } from '#kernel/transaction/message-kinds.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { advance, type Happening, type Position, type Refusal } from '../life-cycle/advance.ts';
import type { UnitOfWork } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { recordFollowUp, takeStep } from './life-steps.ts';
import { DUPLICATE, once } from './once.ts';
import { type AboutOriginal, readAboutOriginal } from './original.ts';
import type { Received } from './received.ts';
import { type LockedTransaction, lockCard, lockTransaction, positionOf } from './transactions.ts';

/** A kind of message that is about a payment of before. */
export type FollowUpKind = Extract<MessageKind, 'increment' | 'completion' | 'refund' | 'void'>;

/**
 * Answers an increment, completion, refund or void: what the life cycle allows is done once, with
 * everything that follows from it committed when this resolves.
 */
export async function followUp(
  acquirer: Acquirer,
  received: Received,
  kind: FollowUpKind,
): Promise<Uint8Array | null> {
  const { message, terminal } = received;
  const answer = (code: string) => buildAnswer(message, { 39: code }, terminal.macKey);
  const about = readAboutOriginal(message, terminal);
  if (!about) return answer(FORMAT_ERROR);
  return once(acquirer, received, async (db, now) => {
    // Its own reversal may have been here first, or its name may be taken.
    const earlier = await lockTransaction(db, received.key);
    if (earlier) return answer(earlier.state === 'reversed-unseen' ? INVALID : DUPLICATE);
    const code = await carryOut(db, received, about, kind, now);
    if (code !== DONE) {
      const { stan, transmittedAt } = received.key;
      const details = { stan, transmittedAt, responseCode: code };
      await appendAudit(db, terminal.terminalId, { act: `${kind}-refused`, at: now, details });
    }
    await recordFollowUp(db, {
      ...received.key,
      ...{ kind, original: about.original, merchantId: terminal.merchantId },
      ...{ amountMinor: about.amountMinor, currency: about.currency, responseCode: code },
      state: code === DONE ? 'done' : 'declined',
      receivedAt: now,
    });
    return answer(code);
  });
}

/** DE 39. ISO 8583:1987, annex A. */
const DONE = '00';
const INVALID = '12';
const BAD_AMOUNT = '13';
const NO_RECORD = '25';
const FORMAT_ERROR = '30';
const INSUFFICIENT_FUNDS = '51';
const WRONG_AMOUNT = '64';

async function carryOut(
  db: UnitOfWork,
  { key }: Received,
  about: AboutOriginal,
  kind: FollowUpKind,
  now: Date,
): Promise<string> {
  const payment = await lockTransaction(db, about.original);
  const position = payment && positionOf(payment);
  if (!payment || !position) return NO_RECORD;
  if (payment.currency !== about.currency) return FORMAT_ERROR;
  const { amountMinor } = about;
  if (kind === 'void' && !isWhole(position, amountMinor)) return WRONG_AMOUNT;
  const step = advance(position, HAPPENINGS[kind](amountMinor));
  if (!step.ok) return CODES[step.error];
  if (kind === 'increment' && !(await hasFunds(db, payment, amountMinor))) {
    return INSUFFICIENT_FUNDS;
  }
  const entryId = `${kind}-${key.stan}-${key.transmittedAt}`;
  await takeStep(db, payment, step.value, { entryId, act: kind, now });
  if (kind === 'void') await dropCompletions(db, payment);
  return DONE;
}

const HAPPENINGS: Readonly<Record<FollowUpKind, (amountMinor: bigint) => Happening>> = {
  increment: (amountMinor) => ({ event: 'increment', by: 'issuer', amountMinor }),
  completion: (amountMinor) => ({ event: 'capture', by: 'terminal', amountMinor }),
  refund: (amountMinor) => ({ event: 'refund', by: 'terminal', amountMinor }),
  void: () => ({ event: 'void', by: 'terminal' }),
};

const CODES: Readonly<Record<Refusal, string>> = {
  'no-such-transition': INVALID,
  'wrong-actor': INVALID,
  'too-late': INVALID,
  'bad-amount': BAD_AMOUNT,
};

/** A void names all that stands. */
function isWhole(position: Position, amountMinor: bigint): boolean {
  const { state, authorisedMinor, capturedMinor } = position;
  return amountMinor === (state === 'captured' ? capturedMinor : authorisedMinor);
}

async function hasFunds(
  db: UnitOfWork,
  { card_token, currency }: LockedTransaction,
  amountMinor: bigint,
): Promise<boolean> {
  const card = card_token ? await lockCard(db, card_token) : undefined;
  return card !== undefined && card.currency === currency && card.balanceMinor >= amountMinor;
}

/** What took a payment that is called off is counted in no batch. */
async function dropCompletions(db: UnitOfWork, payment: LockedTransaction): Promise<void> {
  await db
    .updateTable('transactions')
    .set({ state: 'voided' })
    .where('terminal_id', '=', payment.terminal_id)
    .where('original_stan', '=', payment.stan)
    .where('original_transmitted_at', '=', payment.transmitted_at)
    .where('kind', '=', 'completion')
    .where('state', '=', 'done')
    .execute();
}
