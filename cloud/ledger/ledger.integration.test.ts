import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { balanceMinor, book, type LedgerEntry, type Transfer, verifyLedger } from './ledger.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

let entries = 0;
const entry = (...transfers: readonly Transfer[]) => ({
  terminalId: '10000001',
  entryId: `test-${++entries}`,
  transfers,
});
const transfer = (debitAccount: string, creditAccount: string, amountMinor: bigint): Transfer => ({
  debitAccount,
  creditAccount,
  currency: '978',
  amountMinor,
});

const commit = (booked: LedgerEntry) =>
  cloud.db.transaction().execute((unit) => book(unit, booked));

test('a transfer moves an amount, and the same entry is booked once', async () => {
  const booked = entry(transfer('a', 'b', 9_007_199_254_740_993n));
  await commit(booked);
  await expect(commit(booked)).rejects.toMatchObject({ code: '23505' });
  expect(await balanceMinor(cloud.db, 'a', '978')).toBe(-9_007_199_254_740_993n);
  expect(await balanceMinor(cloud.db, 'b', '978')).toBe(9_007_199_254_740_993n);
  expect(await balanceMinor(cloud.db, 'b', '840')).toBe(0n);
});

test('an entry of several currencies keeps them apart', async () => {
  await commit(entry(transfer('c', 'd', 5n), { ...transfer('d', 'c', 6n), currency: '840' }));
  expect(await balanceMinor(cloud.db, 'd', '978')).toBe(5n);
  expect(await balanceMinor(cloud.db, 'd', '840')).toBe(-6n);
});

test('what moves nothing is refused before it reaches the database', async () => {
  const nothing = [
    [],
    [transfer('a', 'b', 0n)],
    [transfer('a', 'b', -1n)],
    [transfer('a', 'a', 1n)],
  ];
  for (const transfers of nothing) {
    await expect(commit(entry(...transfers))).rejects.toThrow(RangeError);
  }
});

test('the database itself refuses what moves nothing', async () => {
  const row = {
    terminal_id: '10000001',
    entry_id: 'crooked',
    line: 0,
    debit_account: 'a',
    credit_account: 'b',
    currency: '978',
    amount_minor: 5n,
  };
  for (const change of [{ amount_minor: 0n }, { amount_minor: -5n }, { credit_account: 'a' }]) {
    const insert = cloud.db.insertInto('ledger_transfers').values({ ...row, ...change });
    await expect(insert.execute()).rejects.toMatchObject({ code: '23514' });
  }
});

test('what is booked can be neither changed nor removed', async () => {
  for (const statement of [
    sql`update ledger_transfers set amount_minor = 1`,
    sql`delete from ledger_transfers`,
    sql`truncate ledger_transfers`,
  ]) {
    await expect(statement.execute(cloud.db)).rejects.toThrow('append-only');
  }
});

test('verifying finds what got past the guards', async () => {
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [], overdrawn: [] });
  const [card] = await cloud.db.selectFrom('cards').select('card_token').limit(1).execute();
  const account = `card:${card?.card_token}`;
  await commit(entry(transfer(account, 'b', 1n)));
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [account], overdrawn: [] });
  await commit(entry(transfer(account, 'b', 1_000_000_000n)));
  expect(await verifyLedger(cloud.db)).toMatchObject({ overdrawn: [account] });
});
