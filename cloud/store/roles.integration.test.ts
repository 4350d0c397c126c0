import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { errorCode } from './database.ts';
import { grantAcquirer } from './roles.ts';

const ROLE = 'tessera_acquirer';
/** Insufficient privilege. Source: PostgreSQL 18, appendix A. */
const REFUSED = '42501';
const APPEND_ONLY = [
  ...['ledger_transfers', 'audit_log', 'idempotency', 'decisions', 'fraud_labels'],
  ...['scoring_files', 'scorers_in_force', 'batches', 'dispute_evidence', 'fido_assertions'],
];

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

/** What the database says when the acquirer's role tries this. */
async function asAcquirer(statement: string): Promise<string> {
  try {
    await cloud.db.transaction().execute(async (unit) => {
      await sql`set local role ${sql.id(ROLE)}`.execute(unit);
      await sql.raw(statement).execute(unit);
    });
    return 'done';
  } catch (cause) {
    return errorCode(cause);
  }
}

test('the acquirer is connected as a role of its own, and sells', async () => {
  const terminal = await cloud.connect();
  const sale = terminal.sale(await cloud.card('everyday'));
  expect(terminal.open(await terminal.exchange(sale.bytes)).fields[39]).toBe('00');
  const { rows } = await sql<{ usename: string }>`
    select distinct usename from pg_stat_activity where usename is not null`.execute(cloud.db);
  expect(rows.map(({ usename }) => usename)).toContain(ROLE);
});

test('it is no superuser, makes no role and no database, and owns nothing', async () => {
  const { rows } = await sql`select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls,
      rolreplication, (select count(*)::integer from pg_class where relowner = pg_roles.oid) as owns
    from pg_roles where rolname = ${ROLE}`.execute(cloud.db);
  expect(rows).toEqual([
    {
      ...{ rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false },
      ...{ rolreplication: false, owns: 0 },
    },
  ]);
});

test('what is kept for good it can read and add to, not change or take away', async () => {
  for (const table of APPEND_ONLY) {
    const { rows } = await sql<{ column: string }>`select attname as column from pg_attribute
      where attrelid = ${table}::regclass and attnum = 1`.execute(cloud.db);
    const column = rows[0]?.column;
    expect(await asAcquirer(`select * from ${table} limit 1`)).toBe('done');
    expect(await asAcquirer(`update ${table} set ${column} = ${column}`)).toBe(REFUSED);
    expect(await asAcquirer(`delete from ${table}`)).toBe(REFUSED);
    expect(await asAcquirer(`truncate ${table}`)).toBe(REFUSED);
    expect(await asAcquirer(`alter table ${table} disable trigger all`)).toBe(REFUSED);
    expect(await asAcquirer(`drop table ${table}`)).toBe(REFUSED);
  }
});

const CHANGED = {
  transactions: { may: 'state', never: ['amount_minor', 'card_token', 'received_at', 'kind'] },
  cards: { may: 'balance_minor', never: ['card_token', 'pvv', 'day_limit_minor', 'fault'] },
  terminals: { may: 'revoked_at', never: ['terminal_id'] },
  disputes: { may: 'state', never: ['reason_code', 'stan'] },
  fido_credentials: { may: 'sign_count', never: ['public_key', 'card_token'] },
  api_keys: { may: 'revoked_at', never: ['secret_sha256', 'scopes', 'merchant_id'] },
};

test('of what is kept up to date it can change what changes, and take nothing away', async () => {
  for (const [table, { may, never }] of Object.entries(CHANGED)) {
    expect(await asAcquirer(`select * from ${table} for update`)).toBe('done');
    expect(await asAcquirer(`update ${table} set ${may} = ${may}`)).toBe('done');
    for (const column of never) {
      const statement = `update ${table} set ${column} = ${column}`;
      expect([statement, await asAcquirer(statement)]).toEqual([statement, REFUSED]);
    }
    expect(await asAcquirer(`delete from ${table}`)).toBe(REFUSED);
    expect(await asAcquirer(`truncate ${table}`)).toBe(REFUSED);
  }
  expect(await asAcquirer('update outbox set event = event')).toBe(REFUSED);
  expect(await asAcquirer('delete from outbox')).toBe('done');
});

test('what it had besides is taken from it, and whom no right limits is refused', async () => {
  await sql`grant all on transactions, cards to ${sql.id(ROLE)}`.execute(cloud.db);
  await sql`grant update (masked_pan) on cards to ${sql.id(ROLE)}`.execute(cloud.db);
  expect(await asAcquirer('delete from cards where false')).toBe('done');
  await Promise.all([1, 2, 3].map(() => grantAcquirer(cloud.db, ROLE)));
  expect(await asAcquirer('delete from cards where false')).toBe(REFUSED);
  expect(await asAcquirer('update cards set masked_pan = masked_pan')).toBe(REFUSED);
  expect(await asAcquirer('update cards set balance_minor = balance_minor')).toBe('done');
  const { rows } = await sql<{ name: string }>`select current_user as name`.execute(cloud.db);
  await expect(grantAcquirer(cloud.db, String(rows[0]?.name))).rejects.toThrow('no right');
});

test('no table is without a decision on what the acquirer may do with it', async () => {
  const { rows } = await sql<{ tablename: string }>`select relname::text as tablename from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not has_table_privilege(${ROLE}, oid, 'select') order by 1`.execute(cloud.db);
  expect(rows.map(({ tablename }) => tablename)).toEqual([
    ...['kysely_migration', 'kysely_migration_lock', 'migration_digests'],
  ]);
});

test('it makes no tables, roles or functions, reads no passwords and no files', async () => {
  for (const statement of [
    'create table mine (id text)',
    'create role mine',
    `alter role ${ROLE} superuser`,
    'create function mine() returns integer language sql as $$ select 1 $$',
    'select * from pg_authid',
    "select pg_read_file('postgresql.conf')",
    "copy cards to program 'cat'",
    'update kysely_migration set name = name',
  ]) {
    expect([statement, await asAcquirer(statement)]).toEqual([statement, REFUSED]);
  }
});
