import { sql } from 'kysely';
import type { Message } from '#kernel/iso8583/message.ts';
import { encodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import { type Totals, totalsFields } from '#kernel/transaction/follow-up-messages.ts';
import { firstTime } from '#kernel/transaction/message-kinds.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { once } from './once.ts';
import type { Received } from './received.ts';

/** DE 39. ISO 8583:1987, annex A. */
const DONE = '00';
const FORMAT_ERROR = '30';
const OUT_OF_BALANCE = '95';
/** DE 66. ISO 8583:1987, annex A. */
const IN_BALANCE = '1';
const NOT_IN_BALANCE = '2';

/**
 * Answers an 0500 or 0520: compares the terminal's totals in one currency with what is in its open
 * batch. Where they agree the batch is closed and settled; an 0520 closes it whatever was counted,
 * and both counts are kept. The answer has the host's totals.
 */
export async function reconcile(
  acquirer: Acquirer,
  received: Received,
): Promise<Uint8Array | null> {
  const { message, terminal } = received;
  const answer = (fields: Message['fields']) => buildAnswer(message, fields, terminal.macKey);
  const theirs = readTotals(message);
  const currency = message.fields[50];
  if (!theirs || typeof currency !== 'string' || message.fields[42] !== terminal.merchantId) {
    return answer({ 39: FORMAT_ERROR });
  }
  const isAdvice = firstTime(message.mti) === '0520';
  return once(acquirer, received, async (db, now) => {
    const { terminalId } = terminal;
    // Whoever closes a batch of this terminal at the same time waits here.
    await db
      .selectFrom('terminals')
      .select('terminal_id')
      .where('terminal_id', '=', terminalId)
      .forUpdate()
      .execute();
    const ours = await countOpenBatch(db, terminalId, currency);
    const isEqual = isDeepEqual(theirs, ours);
    const fields = { ...totalsFields(ours), 66: isEqual ? IN_BALANCE : NOT_IN_BALANCE };
    if (!isEqual && !isAdvice) return answer({ ...fields, 39: OUT_OF_BALANCE });
    const batchNumber = await closeBatch(db, { terminalId, currency, theirs, ours, now });
    const details = { currency, batchNumber, isEqual: `${isEqual}` };
    await appendAudit(db, terminalId, { act: 'batch-closed', at: now, details });
    return answer({ ...fields, 39: DONE, 48: encodeAdditionalData({ batchNumber }) });
  });
}

/** What stands in the open batch: purchases and completions, and refunds. */
async function countOpenBatch(
  db: UnitOfWork,
  terminalId: string,
  currency: string,
): Promise<Totals> {
  const { rows } = await sql<Totals>`
    select cast(count(*) filter (where kind = 'refund') as integer) as "credits",
      cast(coalesce(sum(amount_minor) filter (where kind = 'refund'), 0) as bigint)
        as "creditsMinor",
      cast(count(*) filter (where kind <> 'refund') as integer) as "debits",
      cast(coalesce(sum(case kind when 'completion' then amount_minor else captured_minor end)
        filter (where kind <> 'refund'), 0) as bigint) as "debitsMinor"
    from transactions
    where terminal_id = ${terminalId} and currency = ${currency} and batch_number is null
      and ${IS_COUNTED}`.execute(db);
  const [totals] = rows;
  if (!totals) throw new Error('a count has one row');
  return totals;
}

/** Which transactions a batch counts: none that its terminal has reversed. */
const IS_COUNTED = sql`(
  (kind in ('purchase', 'advice') and reversed_at is null
    and state in ('captured', 'refunded', 'disputed', 'charged-back'))
  or (kind in ('completion', 'refund') and state = 'done'))`;

interface ClosedBatch {
  readonly terminalId: string;
  readonly currency: string;
  readonly theirs: Totals;
  readonly ours: Totals;
  readonly now: Date;
}

/** Closes the open batch; its number. What is in it is settled. */
async function closeBatch(
  db: UnitOfWork,
  { terminalId, currency, theirs, ours, now }: ClosedBatch,
): Promise<number> {
  const last = await db
    .selectFrom('batches')
    .select((select) => select.fn.max('batch_number').as('number'))
    .where('terminal_id', '=', terminalId)
    .where('currency', '=', currency)
    .executeTakeFirst();
  const batchNumber = (last?.number ?? 0) + 1;
  await db
    .insertInto('batches')
    .values({
      terminal_id: terminalId,
      currency,
      batch_number: batchNumber,
      terminal_credits: theirs.credits,
      terminal_credits_minor: theirs.creditsMinor,
      terminal_debits: theirs.debits,
      terminal_debits_minor: theirs.debitsMinor,
      host_credits: ours.credits,
      host_credits_minor: ours.creditsMinor,
      host_debits: ours.debits,
      host_debits_minor: ours.debitsMinor,
      closed_at: now,
    })
    .execute();
  await sql`with batched as (
      update transactions set batch_number = ${batchNumber},
        is_settled = is_settled or kind in ('purchase', 'advice')
      where terminal_id = ${terminalId} and currency = ${currency} and batch_number is null
        and ${IS_COUNTED}
      returning kind, original_stan, original_transmitted_at
    )
    update transactions payment set is_settled = true from batched
    where payment.terminal_id = ${terminalId} and batched.kind = 'completion'
      and payment.stan = batched.original_stan
      and payment.transmitted_at = batched.original_transmitted_at`.execute(db);
  return batchNumber;
}

function readTotals({ fields }: Message): Totals | undefined {
  const { 74: credits, 76: debits, 86: creditsMinor, 88: debitsMinor, 97: net } = fields;
  const texts = [credits, debits, creditsMinor, debitsMinor];
  if (texts.some((text) => typeof text !== 'string')) return undefined;
  const totals = {
    credits: Number(credits),
    creditsMinor: BigInt(String(creditsMinor)),
    debits: Number(debits),
    debitsMinor: BigInt(String(debitsMinor)),
  };
  // The net says the same again.
  return totalsFields(totals)[97] === net ? totals : undefined;
}

function isDeepEqual(one: Totals, other: Totals): boolean {
  return (
    one.credits === other.credits &&
    one.creditsMinor === other.creditsMinor &&
    one.debits === other.debits &&
    one.debitsMinor === other.debitsMinor
  );
}
