import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ruleDispute } from '../disputes/disputes.ts';
import { balanceMinor, merchantAccount, reserveAccount, verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { openDatabase, type Queries } from './database.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

let cloud: RunningCloud;
let db: Queries;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  await sql`create database disputed`.execute(cloud.db);
  const url = new URL(cloud.cloud.databaseUrl);
  url.pathname = '/disputed';
  db = openDatabase(url.href);
});
afterAll(async () => {
  await db?.destroy();
  await cloud?.stop();
});

test('what is disputed is set aside, and batches get their merchant', async () => {
  const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
  await new Migrator({ db, provider }).migrateTo('0013-api-keys');
  const at = new Date();
  await sql`insert into cards (card_token, masked_pan, expiry, fault, highest_atc, currency)
    values ('token', '999999******0014', '4912', 'none', 7, '978')`.execute(db);
  await sql`insert into ledger_transfers (terminal_id, entry_id, line, debit_account,
      credit_account, currency, amount_minor)
    values ('t', 'funds', 0, 'issuer:funds', 'card:token', '978', 500),
      ('t', 'sale', 0, 'card:token', 'merchant:m', '978', 500)`.execute(db);
  await sql`insert into terminals (terminal_id, merchant_id, certificate_sha256, mac_key_block,
    enrolled_at) values ('t', 'm', '', '', ${at})`.execute(db);
  await sql`insert into transactions (terminal_id, stan, transmitted_at, merchant_id, card_token,
      amount_minor, currency, authorised_minor, captured_minor, refunded_minor, state, received_at)
    values ('t', '1', '2', 'm', 'token', 500, '978', 500, 500, 120, 'disputed', ${at})`.execute(db);
  await sql`insert into disputes values ('t', 'd', '1', '2', '10.4', 'open', ${at}, null)`.execute(
    db,
  );
  await sql`insert into batches values ('t', '978', 1, 0, 0, 1, 500, 0, 0, 1, 500, ${at})`.execute(
    db,
  );
  await migrate(db);
  expect(await balanceMinor(db, reserveAccount('m'), '978')).toBe(380n);
  expect(await balanceMinor(db, merchantAccount('m'), '978')).toBe(120n);
  expect(await db.selectFrom('batches').select('merchant_id').execute()).toEqual([
    { merchant_id: 'm' },
  ]);
  const dispute = { terminalId: 't', disputeId: 'd' };
  expect(await ruleDispute(db, dispute, 'lost', at)).toEqual({ ok: true, value: true });
  expect(await balanceMinor(db, reserveAccount('m'), '978')).toBe(0n);
  expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
});
