import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import {
  balanceMinor,
  book,
  type LedgerEntry,
  type Posting,
  transfer,
  verifyLedger,
} from './ledger.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

let entries = 0;
const entry = (postings: readonly Posting[]) => ({
  terminalId: '10000001',
  entryId: `test-${++entries}`,
  postings,
});

const commit = (booked: LedgerEntry) =>
  cloud.db.transaction().execute((unit) => book(unit, booked));

test('a transfer moves an amount, and the same entry is booked once', async () => {
  const booked = entry(transfer('a', 'b', 9_007_199_254_740_993n, '978'));
  await commit(booked);
  await expect(commit(booked)).rejects.toMatchObject({ code: '23505' });
  expect(await balanceMinor(cloud.db, 'a', '978')).toBe(-9_007_199_254_740_993n);
  expect(await balanceMinor(cloud.db, 'b', '978')).toBe(9_007_199_254_740_993n);
  expect(await balanceMinor(cloud.db, 'b', '840')).toBe(0n);
});

test('what does not balance is refused before it reaches the database', async () => {
  const [debit, credit] = transfer('a', 'b', 100n, '978');
  if (!debit || !credit) throw new Error('a transfer has two postings');
  for (const postings of [
    [],
    [debit],
    [debit, { ...credit, amountMinor: 99n }],
    [debit, { ...credit, currency: '840' }],
    transfer('a', 'b', 0n, '978'),
    transfer('a', 'b', -1n, '978'),
  ]) {
    await expect(commit(entry(postings))).rejects.toThrow(RangeError);
  }
});

test('the database itself refuses an entry that does not balance, or is empty', async () => {
  const key = { terminal_id: '10000001', entry_id: 'crooked' };
  const line = { ...key, account_id: 'a', currency: '978', amount_minor: 5n };
  const insert = (second: object) =>
    cloud.db.transaction().execute(async (db) => {
      await db.insertInto('ledger_entries').values(key).execute();
      const lines = [
        { ...line, line: 0, side: 'debit' as const },
        { ...line, line: 1, side: 'credit' as const, ...second },
      ];
      await db.insertInto('ledger_postings').values(lines).execute();
    });
  await expect(insert({ amount_minor: 4n })).rejects.toThrow('does not balance');
  await expect(insert({ currency: '840' })).rejects.toThrow('does not balance');
  await expect(insert({ amount_minor: 0n })).rejects.toMatchObject({ code: '23514' });
  await expect(cloud.db.insertInto('ledger_entries').values(key).execute()).rejects.toThrow(
    'does not balance',
  );
  await insert({});
});

test('what is booked can be neither changed nor removed', async () => {
  for (const statement of [
    sql`update ledger_postings set amount_minor = 1`,
    sql`delete from ledger_postings`,
    sql`truncate ledger_postings`,
    sql`update ledger_entries set entry_id = 'x'`,
    sql`delete from ledger_entries`,
    sql`truncate ledger_entries cascade`,
  ]) {
    await expect(statement.execute(cloud.db)).rejects.toThrow('append-only');
  }
});

test('verifying finds what got past the guards', async () => {
  expect(await verifyLedger(cloud.db)).toMatchObject({ unbalanced: [], overdrawn: [] });
  await commit(entry(transfer('card:test', 'b', 7n, '978')));
  await sql`alter table ledger_postings disable trigger all`.execute(cloud.db);
  await sql`update ledger_postings set amount_minor = 8
    where account_id = 'card:test'`.execute(cloud.db);
  const report = await verifyLedger(cloud.db);
  expect(report.unbalanced).toEqual([`10000001/test-${entries}`]);
  expect(report.overdrawn).toEqual(['card:test']);
  const euros = report.totals.find((total) => total.currency === '978');
  expect(euros && euros.debitMinor - euros.creditMinor).toBe(1n);
});
