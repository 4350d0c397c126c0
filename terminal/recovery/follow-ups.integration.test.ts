import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { openDatabase, type Queries } from '#cloud/store/database.ts';
import { readTransactions } from '#cloud/store/records.ts';
import { CloudProcess } from './cloud-process.fixture.ts';
import { runTerminal } from './run-terminal.fixture.ts';

const cloud = new CloudProcess();
const dataDir = mkdtempSync(path.join(tmpdir(), 'tessera-terminal-'));
let db: Queries;
beforeAll(async () => {
  await cloud.start();
  db = openDatabase(cloud.databaseUrl);
});
afterAll(async () => {
  await db?.destroy();
  await cloud.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  runTerminal({ enrolmentDir: cloud.enrolmentDir, dataDir }, ...args);

/** The payments at the host by STAN, and how many messages about them were carried out. */
async function atHost() {
  const transactions = await readTransactions(db);
  expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
  return new Map(transactions.map((each) => [Number(each.stan), each]));
}

/** What stands at the terminal stands at the host, to the cent. */
async function expectAgreement(payments: Awaited<ReturnType<typeof run>>['payments']) {
  const transactions = await atHost();
  for (const { stan, end, heldMinor, takenMinor, refundedMinor } of payments) {
    const there = transactions.get(stan ?? 0);
    if (end !== 'approved' || !there) continue;
    const held = there.state === 'authorised' ? there.authorised_minor : 0n;
    expect([held, there.captured_minor, there.refunded_minor].map(Number)).toEqual([
      heldMinor,
      takenMinor,
      refundedMinor,
    ]);
  }
}

const CUTS = ['follow-up-queued', 'follow-up-sent', 'follow-up-answered'].flatMap((type) => [
  `before:${type}`,
  `after:${type}`,
]);

describe('the terminal loses power at a journalled step of a follow-up', () => {
  test.each(CUTS)('a refund, %s', async (dieAt) => {
    expect((await run('everyday', dieAt, 'refund')).signal).toBe('SIGKILL');
    const { signal, payments } = await run('-', '-');
    expect(signal).toBeNull();
    const refundedMinor = dieAt === 'before:follow-up-queued' ? 0 : 430;
    expect(payments[0]).toMatchObject({ end: 'approved', takenMinor: 1_430, refundedMinor });
    await expectAgreement(payments);
  });

  // What dies is the increment: it comes first.
  test.each(CUTS)('a preauthorisation, %s', async (dieAt) => {
    expect((await run('everyday', dieAt, 'hold')).signal).toBe('SIGKILL');
    const { payments } = await run('-', '-');
    const heldMinor = dieAt === 'before:follow-up-queued' ? 1_430 : 2_000;
    expect(payments[0]).toMatchObject({ end: 'approved', heldMinor, takenMinor: 0 });
    await expectAgreement(payments);
  });
});

test('a preauthorisation is raised and completed, and the day is closed', async () => {
  const held = await run('everyday', '-', 'hold');
  expect(held.payments[0]).toMatchObject({ end: 'approved', heldMinor: 0, takenMinor: 1_900 });
  await expectAgreement(held.payments);
  const closed = await run('everyday', '-', 'close');
  expect(closed.day).toEqual({ day: 'closed', batchNumber: 1, responseCode: '00' });
});

describe('the terminal loses power at a journalled step of the close of the day', () => {
  const steps = ['reconciliation-queued', 'reconciliation-sent', 'reconciliation-answered'];
  const cuts = steps.flatMap((type) => [`before:${type}`, `after:${type}`]);
  test.each(cuts)('%s', async (dieAt) => {
    const batches = () => db.selectFrom('batches').selectAll().execute();
    const before = await batches();
    expect((await run('everyday', dieAt, 'close')).signal).toBe('SIGKILL');
    const { day } = await run('-', '-');
    const after = await batches();
    const isBegun = dieAt !== 'before:reconciliation-queued';
    expect(after.length - before.length).toBe(isBegun ? 1 : 0);
    if (isBegun) expect(day).toMatchObject({ day: 'closed', batchNumber: after.length });
    for (const batch of after) expect(batch.terminal_debits_minor).toBe(batch.host_debits_minor);
  });
});
