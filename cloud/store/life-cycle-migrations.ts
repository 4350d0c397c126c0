import { type Kysely, sql } from 'kysely';

/** What each payment came to, in amounts and kinds; more kinds of message that act once. */
export async function createLifeCycle(db: Kysely<unknown>): Promise<void> {
  await sql`alter table transactions drop constraint transactions_state_check`.execute(db);
  await sql`update transactions set state = 'captured' where state = 'approved'`.execute(db);
  await sql`alter table transactions
    add kind text not null default 'purchase' check (kind in ('purchase', 'preauthorisation',
      'increment', 'advice', 'completion', 'refund', 'void', 'balance')),
    add authorised_minor bigint not null default 0,
    add captured_minor bigint not null default 0,
    add refunded_minor bigint not null default 0,
    add charged_back_minor bigint not null default 0,
    add original_stan text,
    add original_transmitted_at text,
    add batch_number integer,
    add is_settled boolean not null default false,
    add constraint transactions_state_check check (state in ('unknown', 'reversal-due', 'declined',
      'authorised', 'captured', 'refunded', 'voided', 'expired', 'reversed', 'reversed-unseen',
      'disputed', 'charged-back', 'done'))`.execute(db);
  await sql`update transactions set authorised_minor = amount_minor, captured_minor = amount_minor
    where state = 'captured'`.execute(db);
  await sql`alter table transactions add constraint transactions_amounts check (
    captured_minor >= 0 and refunded_minor >= 0 and charged_back_minor >= 0
    and captured_minor <= authorised_minor
    and refunded_minor + charged_back_minor <= captured_minor)`.execute(db);
  await sql`alter table idempotency drop constraint idempotency_message_class_check`.execute(db);
  await sql`alter table idempotency add constraint idempotency_message_class_check check (
    message_class in ('authorisation', 'authorisation-advice', 'financial', 'financial-advice',
      'reversal', 'reversal-advice', 'reconciliation', 'reconciliation-advice',
      'network'))`.execute(db);
  await sql`alter table terminals add transport_key_block text, add pin_key_block text,
    add next_mac_key_block text, add signed_off_at timestamptz`.execute(db);
  await sql`create table batches (
    terminal_id text not null,
    currency text not null,
    batch_number integer not null,
    terminal_credits integer not null,
    terminal_credits_minor bigint not null,
    terminal_debits integer not null,
    terminal_debits_minor bigint not null,
    host_credits integer not null,
    host_credits_minor bigint not null,
    host_debits integer not null,
    host_debits_minor bigint not null,
    closed_at timestamptz not null,
    primary key (terminal_id, currency, batch_number)
  )`.execute(db);
}

/** What cardholders deny, and what merchants answer with. */
export async function createDisputes(db: Kysely<unknown>): Promise<void> {
  await sql`create table disputes (
    terminal_id text not null,
    dispute_id text not null,
    stan text not null,
    transmitted_at text not null,
    reason_code text not null,
    state text not null check (state in ('open', 'won', 'lost')),
    opened_at timestamptz not null,
    ruled_at timestamptz,
    primary key (terminal_id, dispute_id)
  )`.execute(db);
  await sql`create table dispute_evidence (
    terminal_id text not null,
    dispute_id text not null,
    sequence integer not null,
    kind text not null,
    content text not null,
    added_at timestamptz not null,
    primary key (terminal_id, dispute_id, sequence)
  )`.execute(db);
}

/** The rules of an issuer's account, what was spent today, and a script that waits for its card. */
export async function createIssuerRules(db: Kysely<unknown>): Promise<void> {
  await sql`alter table cards drop constraint cards_fault_check`.execute(db);
  await sql`alter table cards
    add constraint cards_fault_check check (fault in ('none', 'silent', 'late', 'unavailable')),
    add latency_ms integer not null default 0,
    add pvv text,
    add pin_tries_left integer not null default 3 check (pin_tries_left >= 0),
    add payment_limit_minor bigint,
    add day_limit_minor bigint,
    add day_limit_count integer,
    add stand_in_limit_minor bigint,
    add day text not null default '',
    add day_spent_minor bigint not null default 0,
    add day_count integer not null default 0,
    add pending_script bytea`.execute(db);
  await sql`create index transactions_unresolved on transactions (received_at)
    where state in ('unknown', 'reversal-due')`.execute(db);
}

/** One chain a shard: each entry's hash covers the hash before it. What is written stays. */
export async function createAuditLog(db: Kysely<unknown>): Promise<void> {
  await sql`create table audit_log (
    shard text not null,
    sequence bigint not null,
    entry text not null,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (shard, sequence)
  )`.execute(db);
  await sql`create function audit_log_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit log is append-only';
    end $$`.execute(db);
  await sql`create trigger append_only before update or delete on audit_log
    for each row execute function audit_log_is_append_only()`.execute(db);
  await sql`create trigger append_only_whole before truncate on audit_log
    for each statement execute function audit_log_is_append_only()`.execute(db);
}

/** What is held is looked for by its age. */
export async function indexHolds(db: Kysely<unknown>): Promise<void> {
  await sql`create index transactions_held on transactions (received_at)
    where state = 'authorised'`.execute(db);
}
