import { VelocityCounters } from '#cloud/scoring/velocity.ts';
import type { World } from '../world/world.ts';
import type { DatabaseServer } from './database-server.ts';
import type { SimulatedHost } from './simulated-host.ts';

/**
 * What the host counts while it runs is what a restart would count from the store. Not so where a
 * commit was made and its confirmation lost: then it lacks a payment until it starts again. And not
 * so the rates of fraud: a payment that was reversed stays among those that they are of.
 */
export async function judgeMemory(
  world: World,
  { db }: DatabaseServer,
  host: SimulatedHost,
): Promise<void> {
  if (world.happened.has('connection-loss') || !host.memory) return;
  const { velocity, now } = host.memory;
  const rebuilt = await VelocityCounters.rebuild(db, now);
  const cards = await db.selectFrom('cards').select('card_token').orderBy('card_token').execute();
  const terminals = await db
    .selectFrom('terminals')
    .select(['terminal_id as terminalId', 'merchant_id as merchantId'])
    .orderBy('terminal_id')
    .execute();
  for (const terminal of terminals) {
    for (const { card_token: cardToken } of cards) {
      const subject = { ...terminal, cardToken, now };
      const [live, stored] = [velocity.count(subject), rebuilt.count(subject)];
      const counts = Object.entries(live).filter(([name]) => !/FraudRate/.test(name));
      const other = counts.find(([name, value]) => Reflect.get(stored, name) !== value);
      if (!other) continue;
      const [name, value] = other;
      const there = Reflect.get(stored, name);
      world.object(`the host counts ${value} ${name} at ${terminal.terminalId}, not ${there}`);
    }
  }
}
