import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockCard } from '../acquirer/transactions.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { atomically } from './database.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

test('of many that look and then spend at once, no more spend than there is for', async () => {
  const card = cloud.db.selectFrom('cards').select('card_token').where('balance_minor', '>', 0n);
  const { card_token: token } = await card.executeTakeFirstOrThrow();
  const account = cloud.db.updateTable('cards').where('card_token', '=', token);
  await account.set({ balance_minor: 3n }).execute();
  const spend = () =>
    atomically(cloud.db, async (unit) => {
      const left = (await lockCard(unit, token))?.balanceMinor ?? 0n;
      if (left < 1n) return false;
      const own = unit.updateTable('cards').where('card_token', '=', token);
      await own.set({ balance_minor: left - 1n }).execute();
      return true;
    });
  const spent = await Promise.all(Array.from({ length: 8 }, spend));
  expect(spent.filter(Boolean)).toHaveLength(3);
});

test('a transaction that lost against another is tried again, from its start', async () => {
  const attempts: number[] = [];
  const result = await atomically(cloud.db, async () => {
    attempts.push(attempts.length);
    if (attempts.length < 3) throw Object.assign(new Error('lost'), { code: '40001' });
    return 'done';
  });
  expect([result, attempts]).toEqual(['done', [0, 1, 2]]);
});

test('what another attempt cannot mend is thrown at once', async () => {
  let attempts = 0;
  const failing = atomically(cloud.db, async () => {
    attempts += 1;
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
  expect(attempts).toBe(1);
});

test('a connection that is lost within a transaction fails it, and nothing else', async () => {
  const uncaught: unknown[] = [];
  const note = (cause: unknown) => uncaught.push(cause);
  process.on('uncaughtException', note);
  const lost = cloud.db.transaction().execute(async (unit) => {
    const own = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(unit);
    const pid = own.rows[0]?.pid ?? 0;
    await sql`select pg_terminate_backend(${pid}::integer, 5000)`.execute(cloud.db);
    // Heard of between two statements, when nobody waits for one.
    await sleep(50);
    await sql`select 1`.execute(unit);
  });
  await expect(lost).rejects.toThrow();
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
  expect((await sql`select 1`.execute(cloud.db)).rows).toHaveLength(1);
});
