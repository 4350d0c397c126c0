import { actingAs, CLOUD_ITSELF } from '../audit/actor.ts';
import { advance, type Happening } from '../life-cycle/advance.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';
import { takeStep } from './life-steps.ts';
import { lockCard, lockTransaction, positionOf, type TransactionKey } from './transactions.ts';

/**
 * Ends every payment whose issuer did not answer in time: the host gives up, an approval that comes
 * then is reversed. How many were ended. It may run at once in several hosts.
 */
export async function resolveUnknowns(db: Queries, now: Date): Promise<number> {
  const rows = await db
    .selectFrom('transactions')
    .select(['terminal_id as terminalId', 'stan', 'transmitted_at as transmittedAt'])
    .where('state', 'in', ['unknown', 'reversal-due'])
    .orderBy('received_at')
    .limit(MOST_AT_ONCE)
    .execute();
  for (const key of rows) {
    await actingAs(CLOUD_ITSELF, () => atomically(db, (unit) => resolve(unit, key, now)));
  }
  return rows.length;
}

const MOST_AT_ONCE = 100;

async function resolve(unit: UnitOfWork, key: TransactionKey, now: Date): Promise<void> {
  const amountMinor = (await lockTransaction(unit, key))?.amount_minor ?? 0n;
  await happen(unit, key, { event: 'give-up', by: 'host' }, now);
  await happen(unit, key, { event: 'late-approval', by: 'issuer', amountMinor }, now);
  await happen(unit, key, { event: 'reverse', by: 'host' }, now);
}

/** Lets it happen where it may; a card without the money is not approved late. */
async function happen(
  unit: UnitOfWork,
  key: TransactionKey,
  happening: Happening,
  now: Date,
): Promise<void> {
  const payment = await lockTransaction(unit, key);
  const position = payment && positionOf(payment);
  if (!payment || !position) return;
  const step = advance(position, happening);
  if (!step.ok) return;
  if (happening.event === 'late-approval' && payment.card_token) {
    const card = await lockCard(unit, payment.card_token);
    if (!card || card.balanceMinor < payment.amount_minor) return;
  }
  const entryId = `${happening.event}-${key.stan}-${key.transmittedAt}`;
  const reversal = happening.event === 'reverse' && { reversalReason: TIMEOUT };
  await takeStep(unit, payment, step.value, { entryId, act: happening.event, now, ...reversal });
}

/** DE 39, response received too late. ISO 8583:1987, annex A. */
const TIMEOUT = '68';
