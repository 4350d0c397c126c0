import { actingAs, CLOUD_ITSELF } from '../audit/actor.ts';
import { advance } from '../life-cycle/advance.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';
import { takeStep } from './life-steps.ts';
import { lockTransaction, positionOf, type TransactionKey } from './transactions.ts';

/** How long a preauthorised amount is held: seven days. */
const HELD_FOR_MS = 7 * 86_400_000;
const MOST_AT_ONCE = 100;

/** Lets go of what was held and not taken in time; how many payments. */
export async function expireHolds(db: Queries, now: Date): Promise<number> {
  const rows = await db
    .selectFrom('transactions')
    .select(['terminal_id as terminalId', 'stan', 'transmitted_at as transmittedAt'])
    .where('state', '=', 'authorised')
    .where('received_at', '<', new Date(now.getTime() - HELD_FOR_MS))
    .orderBy('received_at')
    .limit(MOST_AT_ONCE)
    .execute();
  for (const key of rows) {
    await actingAs(CLOUD_ITSELF, () => atomically(db, (unit) => expire(unit, key, now)));
  }
  return rows.length;
}

async function expire(unit: UnitOfWork, key: TransactionKey, now: Date): Promise<void> {
  const payment = await lockTransaction(unit, key);
  const position = payment && positionOf(payment);
  // It may have been taken meanwhile.
  const step = position && advance(position, { event: 'expire', by: 'clock' });
  if (!payment || !step?.ok) return;
  const entryId = `expiry-${key.stan}-${key.transmittedAt}`;
  await takeStep(unit, payment, step.value, { entryId, act: 'expire', now });
}
