import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { migrate, openDatabase, type Queries } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { readLedger } from './records.ts';

let cloud: RunningCloud;
let db: Queries;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  await sql`create database earlier`.execute(cloud.db);
  const url = new URL(cloud.cloud.databaseUrl);
  url.pathname = '/earlier';
  db = openDatabase(url.href);
});
afterAll(async () => {
  await db?.destroy();
  await cloud?.stop();
});

test('what an earlier version booked is carried over, once', async () => {
  const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
  await new Migrator({ db, provider }).migrateTo('0004-terminals');
  await sql`insert into cards values ('token', '999999******0014', '4912', 'none', 7)`.execute(db);
  for (const [entry, from, to, amount] of [
    ['funds', 'issuer:funds', 'card:token', 1_000],
    ['sale-1', 'card:token', 'merchant:m', 250],
  ] as const) {
    await db.transaction().execute(async (unit) => {
      await sql`insert into ledger_entries values ('t', ${entry}, now())`.execute(unit);
      await sql`insert into ledger_postings values ('t', ${entry}, 0, ${from}, '840', 'debit',
        ${amount}), ('t', ${entry}, 1, ${to}, '840', 'credit', ${amount})`.execute(unit);
    });
  }
  await migrate(db);
  await migrate(db);
  expect(await readLedger(db)).toMatchObject([
    { entryId: 'funds', debitAccount: 'issuer:funds', creditAccount: 'card:token' },
    { entryId: 'sale-1', debitAccount: 'card:token', creditAccount: 'merchant:m' },
  ]);
  expect(await verifyLedger(db)).toEqual({
    entries: 2,
    totals: [{ currency: '840', movedMinor: 1_250n }],
    misstated: [],
    overdrawn: [],
  });
  const card = await db.selectFrom('cards').selectAll().executeTakeFirst();
  expect(card).toMatchObject({ currency: '840', balance_minor: 750n, highest_atc: 7 });
});
