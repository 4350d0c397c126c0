import { type Kysely, sql } from 'kysely';

/**
 * What merchants pay and are paid. A batch says whose it is. What is disputed is set aside from now
 * on; for disputes that are open it is done here.
 */
export async function createPayouts(db: Kysely<unknown>): Promise<void> {
  await sql`alter table batches add merchant_id text`.execute(db);
  await sql`update batches set merchant_id = terminals.merchant_id from terminals
    where terminals.terminal_id = batches.terminal_id`.execute(db);
  await sql`create table merchant_fees (
    merchant_id text not null,
    currency text not null,
    basis_points integer not null check (basis_points between 0 and 10000),
    fixed_minor bigint not null check (fixed_minor >= 0),
    primary key (merchant_id, currency)
  )`.execute(db);
  await sql`create table payouts (
    terminal_id text not null,
    currency text not null,
    batch_number integer not null,
    merchant_id text not null,
    gross_minor bigint not null,
    fee_minor bigint not null check (fee_minor >= 0),
    withheld_minor bigint not null,
    amount_minor bigint not null check (amount_minor = gross_minor - fee_minor - withheld_minor),
    paid_at timestamptz not null,
    matched_at timestamptz,
    matched_file text check ((matched_file is null) = (matched_at is null)),
    bank_reference text,
    booked_on text,
    primary key (terminal_id, currency, batch_number)
  )`.execute(db);
  await sql`insert into ledger_transfers (terminal_id, entry_id, line, debit_account,
      credit_account, currency, amount_minor)
    select terminal_id, 'dispute-' || stan || '-' || transmitted_at || '-' || dispute_id, 0,
      'merchant:' || merchant_id, 'reserve:' || merchant_id, currency,
      captured_minor - refunded_minor - charged_back_minor
    from disputes join transactions using (terminal_id, stan, transmitted_at)
    where disputes.state = 'open'
      and captured_minor - refunded_minor - charged_back_minor > 0`.execute(db);
}
