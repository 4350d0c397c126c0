import { openDispute, ruleDispute } from '#cloud/disputes/disputes.ts';
import type { Queries } from '#cloud/store/database.ts';
import type { World } from '../world/world.ts';

/** Disputes are of payments at tills: who works with single messages foresees every answer. */
const LAST_TILL = '10000009';

/**
 * Lets cardholders deny payments, also such as the terminal does not know the end of yet, and
 * rules on what they opened. Rejects when the database failed.
 */
export async function dispute(world: World, db: Queries, now: Date): Promise<void> {
  const { random } = world;
  const open = await db
    .selectFrom('disputes')
    .select(['terminal_id', 'dispute_id'])
    .where('state', '=', 'open')
    .orderBy('dispute_id')
    .execute();
  if (open.length > 0 && (world.isCalm || world.onceIn(3))) {
    const { terminal_id: terminalId, dispute_id: disputeId } = random.pick(open);
    const ruling = random.pick(['won', 'lost'] as const);
    const ruled = await ruleDispute(db, { terminalId, disputeId }, ruling, now);
    world.note(`issuer: ${disputeId} ${ruled.ok ? ruling : ruled.error}`);
  }
  if (world.isCalm) return;
  const payments = await db
    .selectFrom('transactions')
    .select(['terminal_id as terminalId', 'stan', 'transmitted_at as transmittedAt'])
    .where('state', '=', 'captured')
    .where('terminal_id', '<=', LAST_TILL)
    .orderBy('terminal_id')
    .orderBy('stan')
    .orderBy('transmitted_at')
    .execute();
  if (payments.length === 0) return;
  // The newest are those that a terminal may not know of.
  const payment = world.onceIn(2) ? random.pick(payments) : payments.at(-1);
  if (!payment) return;
  const disputeId = `${payment.terminalId}-${payment.stan}-${random.below(1_000_000)}`;
  const opened = await openDispute(db, { disputeId, payment, reasonCode: '13.1' }, now);
  world.note(`issuer: ${disputeId} ${opened.ok ? 'opened' : opened.error}`);
}
