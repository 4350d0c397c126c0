import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createApiKeys, createApiRecords } from './api-migrations.ts';
import { createFidoCredentials } from './authentication-migrations.ts';
import { prepareForGrowth } from './growth-migrations.ts';
import {
  createAuditLog,
  createDisputes,
  createIssuerRules,
  createLifeCycle,
  indexHolds,
} from './life-cycle-migrations.ts';
import { createMigrationDigests, createNodeTables } from './node-migrations.ts';
import { createOperationsSessions } from './operations-migrations.ts';
import { createPayouts } from './settlement-migrations.ts';
import { datePresentMacKeys } from './terminal-migrations.ts';
import { createWebhooks } from './webhook-migrations.ts';

/** The migrations by name, applied in the order of their names and never changed afterwards. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-payments': { up: createPaymentTables },
  '0002-ledger': { up: createLedgerTables },
  '0003-ledger-guards': { up: createLedgerGuards },
  '0004-terminals': { up: createTerminals },
  '0005-ledger-transfers': { up: createLedgerTransfers },
  '0006-life-cycle': { up: createLifeCycle },
  '0007-audit-log': { up: createAuditLog },
  '0008-disputes': { up: createDisputes },
  '0009-issuer-rules': { up: createIssuerRules },
  '0010-holds': { up: indexHolds },
  '0011-decisions': { up: createDecisions },
  '0012-fido': { up: createFidoCredentials },
  '0013-api-keys': { up: createApiKeys },
  '0014-migration-digests': { up: createMigrationDigests },
  '0015-nodes': { up: createNodeTables },
  '0016-api-records': { up: createApiRecords },
  '0017-webhooks': { up: createWebhooks },
  '0018-payouts': { up: createPayouts },
  '0019-mac-key-age': { up: datePresentMacKeys },
  '0020-growth': { up: prepareForGrowth },
  '0021-operations-sessions': { up: createOperationsSessions },
};

async function createPaymentTables(db: Kysely<unknown>): Promise<void> {
  await sql`create table cards (
    card_token text primary key,
    masked_pan text not null,
    expiry text,
    fault text not null check (fault in ('none', 'silent')),
    highest_atc integer not null
  )`.execute(db);
  await sql`create table idempotency (
    terminal_id text not null,
    message_class text not null check (message_class in ('authorisation', 'reversal')),
    stan text not null,
    transmitted_at text not null,
    payload_hash text not null,
    answer bytea,
    received_at timestamptz not null,
    primary key (terminal_id, message_class, stan, transmitted_at)
  )`.execute(db);
  await sql`create table transactions (
    terminal_id text not null,
    stan text not null,
    transmitted_at text not null,
    merchant_id text not null,
    card_token text,
    masked_pan text,
    amount_minor bigint not null check (amount_minor >= 0),
    currency text not null,
    state text not null
      check (state in ('approved', 'declined', 'reversed', 'reversed-unseen')),
    response_code text,
    approval_code text,
    retrieval_reference text,
    score integer,
    tier text,
    reasons text,
    received_at timestamptz not null,
    reversed_at timestamptz,
    reversal_reason text,
    primary key (terminal_id, stan, transmitted_at)
  )`.execute(db);
  await sql`create index transactions_by_card on transactions (card_token, received_at)`.execute(
    db,
  );
  await sql`create index transactions_by_time on transactions (terminal_id, received_at)`.execute(
    db,
  );
}

async function createLedgerTables(db: Kysely<unknown>): Promise<void> {
  await sql`create table ledger_entries (
    terminal_id text not null,
    entry_id text not null,
    booked_at timestamptz not null default now(),
    primary key (terminal_id, entry_id)
  )`.execute(db);
  await sql`create table ledger_postings (
    terminal_id text not null,
    entry_id text not null,
    line integer not null,
    account_id text not null,
    currency text not null,
    side text not null check (side in ('debit', 'credit')),
    amount_minor bigint not null check (amount_minor > 0),
    primary key (terminal_id, entry_id, line),
    foreign key (terminal_id, entry_id) references ledger_entries (terminal_id, entry_id)
  )`.execute(db);
  await sql`create index ledger_postings_by_account on ledger_postings (account_id)`.execute(db);
}

/** What is booked stays, and an entry that does not balance cannot be committed. */
async function createLedgerGuards(db: Kysely<unknown>): Promise<void> {
  await sql`create function ledger_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the ledger is append-only';
    end $$`.execute(db);
  for (const table of ['ledger_entries', 'ledger_postings']) {
    await sql`create trigger append_only before update or delete on ${sql.table(table)}
      for each row execute function ledger_is_append_only()`.execute(db);
    await sql`create trigger append_only_whole before truncate on ${sql.table(table)}
      for each statement execute function ledger_is_append_only()`.execute(db);
  }
  await sql`create function ledger_entry_balances() returns trigger language plpgsql as $$
    begin
      if not exists (
        select from ledger_postings
        where terminal_id = new.terminal_id and entry_id = new.entry_id
      ) or exists (
        select from ledger_postings
        where terminal_id = new.terminal_id and entry_id = new.entry_id
        group by currency
        having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0
      ) then
        raise exception 'a ledger entry does not balance' using errcode = 'check_violation';
      end if;
      return null;
    end $$`.execute(db);
  for (const table of ['ledger_entries', 'ledger_postings']) {
    await sql`create constraint trigger balances after insert on ${sql.table(table)}
      deferrable initially deferred
      for each row execute function ledger_entry_balances()`.execute(db);
  }
}

async function createTerminals(db: Kysely<unknown>): Promise<void> {
  await sql`create table terminals (
    terminal_id text primary key,
    merchant_id text not null,
    certificate_sha256 text not null,
    mac_key_block text not null,
    enrolled_at timestamptz not null,
    revoked_at timestamptz
  )`.execute(db);
}

/**
 * One row a transfer in place of two postings, so that an entry cannot but balance; and the balance
 * of a card kept beside it, so that what it may spend is known without adding its history up.
 */
async function createLedgerTransfers(db: Kysely<unknown>): Promise<void> {
  await sql`create table ledger_transfers (
    terminal_id text not null,
    entry_id text not null,
    line integer not null,
    debit_account text not null,
    credit_account text not null check (credit_account <> debit_account),
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    booked_at timestamptz not null default now(),
    primary key (terminal_id, entry_id, line)
  )`.execute(db);
  await sql`insert into ledger_transfers
    select debit.terminal_id, debit.entry_id, debit.line, debit.account_id, credit.account_id,
      debit.currency, debit.amount_minor, entry.booked_at
    from ledger_postings debit
    join ledger_postings credit on credit.terminal_id = debit.terminal_id
      and credit.entry_id = debit.entry_id and credit.side = 'credit'
    join ledger_entries entry on entry.terminal_id = debit.terminal_id
      and entry.entry_id = debit.entry_id
    where debit.side = 'debit'`.execute(db);
  await sql`create index ledger_transfers_by_debit on ledger_transfers (debit_account)`.execute(db);
  await sql`create index ledger_transfers_by_credit on ledger_transfers (credit_account)`.execute(
    db,
  );
  await sql`create trigger append_only before update or delete on ledger_transfers
    for each row execute function ledger_is_append_only()`.execute(db);
  await sql`create trigger append_only_whole before truncate on ledger_transfers
    for each statement execute function ledger_is_append_only()`.execute(db);
  await sql`drop table ledger_postings`.execute(db);
  await sql`drop table ledger_entries`.execute(db);
  await sql`drop function ledger_entry_balances`.execute(db);
  await sql`alter table cards add currency text, add balance_minor bigint not null default 0
    check (balance_minor >= 0)`.execute(db);
  await sql`update cards set currency = coalesce((
      select min(currency) from ledger_transfers where credit_account = 'card:' || card_token
    ), '978')`.execute(db);
  await sql`update cards set balance_minor = (
      select coalesce(sum(case credit_account when 'card:' || card_token
        then amount_minor else -amount_minor end), 0)
      from ledger_transfers where ledger_transfers.currency = cards.currency
        and 'card:' || card_token in (credit_account, debit_account)
    )`.execute(db);
  await sql`alter table cards alter currency set not null`.execute(db);
}

/** What every decision was made from and by, and what became known of the payment afterwards. */
async function createDecisions(db: Kysely<unknown>): Promise<void> {
  await sql`create table scoring_files (
    digest text primary key,
    kind text not null check (kind in ('rules', 'model')),
    content text not null,
    first_used_at timestamptz not null
  )`.execute(db);
  await sql`create table decisions (
    terminal_id text not null,
    stan text not null,
    transmitted_at text not null,
    device_token text,
    features text not null,
    rules_digest text not null,
    model_digest text,
    result text not null,
    challenger_rules_digest text,
    challenger_model_digest text,
    challenger_result text,
    decided_at timestamptz not null,
    primary key (terminal_id, stan, transmitted_at)
  )`.execute(db);
  await sql`create index decisions_by_time on decisions (decided_at)`.execute(db);
  await sql`create table fraud_labels (
    terminal_id text not null,
    stan text not null,
    transmitted_at text not null,
    known_at timestamptz not null,
    primary key (terminal_id, stan, transmitted_at)
  )`.execute(db);
  await sql`create index fraud_labels_by_time on fraud_labels (known_at)`.execute(db);
}
