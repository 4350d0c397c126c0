import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { openDatabase } from '#cloud/store/database.ts';
import { readTransactions } from '#cloud/store/records.ts';
import { CloudProcess } from './cloud-process.fixture.ts';
import { runTerminal as runTerminalIn } from './run-terminal.fixture.ts';

const cloud = new CloudProcess();
const dataDir = mkdtempSync(path.join(tmpdir(), 'tessera-terminal-'));
beforeAll(() => cloud.start());
afterAll(async () => {
  await cloud.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs the terminal once: sells to a wearable or only recovers, and dies where it is told to. */
function runTerminal(wearableId: string, dieAt: string) {
  return runTerminalIn({ enrolmentDir: cloud.enrolmentDir, dataDir }, wearableId, dieAt);
}

/** What the cloud has charged for each STAN, in minor units. */
async function charged(): Promise<ReadonlyMap<number, bigint>> {
  const database = openDatabase(cloud.databaseUrl);
  const transactions = await readTransactions(database);
  expect(await verifyLedger(database)).toMatchObject({ misstated: [], overdrawn: [] });
  await database.destroy();
  return new Map(
    transactions.map((t) => [Number(t.stan), t.state === 'captured' ? t.amount_minor : 0n]),
  );
}

const STEPS = {
  everyday: ['intent', 'authorisation-sent', 'authorisation-answered', 'closed'],
  silent: ['intent', 'authorisation-sent', 'reversal-sent', 'reversal-answered', 'closed'],
} as const;

/** What must have become of the sale, by the last entry that was written. */
function expectedEnd(wearableId: keyof typeof STEPS, dieAt: string): string | undefined {
  const [when = '', type = ''] = dieAt.split(':');
  const steps: readonly string[] = STEPS[wearableId];
  const last = steps[steps.indexOf(type) - (when === 'before' ? 1 : 0)];
  if (last === undefined) return undefined;
  if (last === 'intent') return 'cancelled';
  const approved = ['authorisation-answered', 'closed'].includes(last) && wearableId === 'everyday';
  return approved ? 'approved' : 'reversed';
}

const CUTS = Object.entries(STEPS).flatMap(([wearableId, steps]) =>
  steps.flatMap((type) => [
    [wearableId, `before:${type}`] as const,
    [wearableId, `after:${type}`] as const,
  ]),
);

describe('the terminal loses power at a journalled step', () => {
  test.each(CUTS)('%s, %s', async (wearableId, dieAt) => {
    const earlier = (await runTerminal('-', '-')).payments.length;
    expect((await runTerminal(wearableId, dieAt)).signal).toBe('SIGKILL');

    const { signal, payments } = await runTerminal('-', '-');
    expect(signal).toBeNull();
    const end = expectedEnd(wearableId as keyof typeof STEPS, dieAt);
    expect(payments.length - earlier).toBe(end === undefined ? 0 : 1);
    if (end !== undefined) expect(payments[0]?.end).toBe(end);

    const money = await charged();
    for (const payment of payments) {
      const taken = payment.stan === undefined ? 0n : (money.get(payment.stan) ?? 0n);
      expect(taken, `${payment.saleId} ${payment.end}`).toBe(
        payment.end === 'approved' ? 1430n : 0n,
      );
    }
    expect([...money.values()].filter((amount) => amount > 0n).length).toBe(
      payments.filter((payment) => payment.end === 'approved').length,
    );
  });
});

test('the cloud loses power between its commit and its answer', async () => {
  const selling = runTerminal('silent', '-');
  const database = openDatabase(cloud.databaseUrl);
  const before = (await readTransactions(database)).filter((t) => t.state === 'captured').length;
  let approved = before;
  while (approved === before) {
    approved = (await readTransactions(database)).filter((t) => t.state === 'captured').length;
  }
  await database.destroy();
  await cloud.kill();
  await cloud.start();
  const { signal, payments } = await selling;
  expect(signal).toBeNull();
  expect(payments[0]?.end).toBe('reversed');
  expect((await charged()).get(payments[0]?.stan ?? 0)).toBe(0n);
});
