import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { openDatabase, type Queries } from './database.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { readLedger } from './records.ts';

let cloud: RunningCloud;
let db: Queries;
let databaseUrl: string;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  await sql`create database earlier`.execute(cloud.db);
  const url = new URL(cloud.cloud.databaseUrl);
  url.pathname = '/earlier';
  databaseUrl = url.href;
  db = openDatabase(databaseUrl);
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

test('several that start at once migrate once', async () => {
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  const nodes = [1, 2, 3].map(() => openDatabase(databaseUrl));
  await Promise.all(nodes.map((node) => migrate(node)));
  for (const node of nodes) await node.destroy();
  const { rows } = await sql<{
    name: string;
  }>`select name from kysely_migration order by name`.execute(db);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
});

test('a database of a later version is refused, and nothing of it is changed', async () => {
  const later = {
    ...MIGRATIONS,
    '9999-later': { up: async (to: Kysely<unknown>) => createTable(to, 'later') },
  };
  await migrate(db, later);
  await expect(migrate(db)).rejects.toThrow(
    'the database has migration 9999-later, which this version does not know',
  );
  await sql`delete from kysely_migration where name = '9999-later'`.execute(db);
  await migrate(db);
});

test('a migration that was changed after it was applied is noticed', async () => {
  const changed = {
    ...MIGRATIONS,
    '0010-holds': { up: async (to: Kysely<unknown>) => createTable(to, 'holds') },
  };
  await expect(migrate(db, changed)).rejects.toThrow(
    'migration 0010-holds is not the one that the database was migrated by',
  );
  await migrate(db);
});

async function createTable(to: Kysely<unknown>, name: string): Promise<void> {
  await sql`create table ${sql.table(name)} (id text)`.execute(to);
}
