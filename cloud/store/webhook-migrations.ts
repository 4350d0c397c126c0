import { type Kysely, sql } from 'kysely';

/**
 * Who is told what, and what is still to be told. Events are written by triggers, so that no change
 * of a payment, a dispute, a batch or a terminal is committed without them, whoever makes it; while
 * nobody is to be told anything they write nothing.
 */
export async function createWebhooks(db: Kysely<unknown>): Promise<void> {
  await createTables(db);
  await createTelling(db);
  await tellOfPayments(db);
  await tellOfOthers(db);
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`create table webhook_endpoints (
    endpoint_id text primary key,
    merchant_id text,
    url text not null,
    event_types text not null,
    secret_block text not null,
    previous_secret_block text,
    previous_until timestamptz,
    created_at timestamptz not null,
    disabled_at timestamptz,
    disabled_why text check (disabled_why in ('operator', 'gone'))
  )`.execute(db);
  await sql`create table webhook_events (
    event_id text primary key,
    merchant_id text not null,
    event_type text not null,
    happened_at timestamptz not null,
    data text not null
  )`.execute(db);
  await sql`create index webhook_events_by_time on webhook_events (happened_at)`.execute(db);
  await sql`create table webhook_deliveries (
    endpoint_id text not null,
    event_id text not null,
    state text not null check (state in ('pending', 'delivered', 'dead')),
    attempts integer not null,
    next_attempt_at timestamptz not null,
    happened_at timestamptz not null,
    primary key (endpoint_id, event_id)
  )`.execute(db);
  await sql`create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_attempt_at)
    where state = 'pending'`.execute(db);
  await sql`create index webhook_deliveries_dead on webhook_deliveries (endpoint_id)
    where state = 'dead'`.execute(db);
  await sql`create index webhook_deliveries_by_time
    on webhook_deliveries (endpoint_id, happened_at)`.execute(db);
  await sql`create table webhook_attempts (
    attempt_id bigint generated always as identity primary key,
    endpoint_id text not null,
    event_id text not null,
    outcome text not null,
    status integer,
    duration_ms integer not null,
    attempted_at timestamptz not null
  )`.execute(db);
  await sql`create index webhook_attempts_by_event
    on webhook_attempts (endpoint_id, event_id)`.execute(db);
}

/** Writes an event and a delivery to each endpoint that wants it; nothing where none does. */
async function createTelling(db: Kysely<unknown>): Promise<void> {
  await sql`create function webhook_tell(merchant text, kind text, happened jsonb)
    returns void language plpgsql as $$
    declare
      id text := 'evt_' || replace(gen_random_uuid()::text, '-', '');
      -- What a client is told is exact to the millisecond, and lists go on from there.
      at timestamptz := date_trunc('milliseconds', now());
    begin
      insert into webhook_deliveries
        (endpoint_id, event_id, state, attempts, next_attempt_at, happened_at)
      select endpoint_id, id, 'pending', 0, now(), at from webhook_endpoints
      where (merchant_id is null or merchant_id = merchant)
        and (event_types = '' or kind = any (string_to_array(event_types, ' ')));
      if found then
        insert into webhook_events (event_id, merchant_id, event_type, happened_at, data)
        values (id, merchant, kind, at, happened::text);
      end if;
    end $$`.execute(db);
}

/** Inquiries, messages about payments and marks of payments never seen are no events. */
async function tellOfPayments(db: Kysely<unknown>): Promise<void> {
  await sql`create function webhook_tell_payment() returns trigger language plpgsql as $$
    declare
      kind text := new.state;
    begin
      if not exists (select from webhook_endpoints) then return null; end if;
      if tg_op = 'UPDATE' then
        kind := case
          when new.refunded_minor > old.refunded_minor then 'refunded'
          when new.refunded_minor < old.refunded_minor then 'refund-undone'
          when new.state <> old.state then new.state
          when new.authorised_minor > old.authorised_minor then 'incremented'
          else 'increment-undone'
        end;
      end if;
      perform webhook_tell(new.merchant_id, 'transaction.' || kind, jsonb_build_object(
        'terminalId', new.terminal_id, 'stan', new.stan, 'transmittedAt', new.transmitted_at,
        'merchantId', new.merchant_id, 'kind', new.kind, 'state', new.state,
        'currency', new.currency, 'amountMinor', new.amount_minor::text,
        'authorisedMinor', new.authorised_minor::text, 'capturedMinor', new.captured_minor::text,
        'refundedMinor', new.refunded_minor::text,
        'chargedBackMinor', new.charged_back_minor::text, 'responseCode', new.response_code));
      return null;
    end $$`.execute(db);
  const isPayment = sql`new.original_stan is null and new.card_token is not null
    and new.state <> 'done'`;
  await sql`create trigger webhook_new_payment after insert on transactions for each row
    when (${isPayment}) execute function webhook_tell_payment()`.execute(db);
  await sql`create trigger webhook_payment after update on transactions for each row
    when (${isPayment} and (old.state, old.authorised_minor, old.refunded_minor)
      is distinct from (new.state, new.authorised_minor, new.refunded_minor))
    execute function webhook_tell_payment()`.execute(db);
}

async function tellOfOthers(db: Kysely<unknown>): Promise<void> {
  await sql`create function webhook_tell_dispute() returns trigger language plpgsql as $$
    declare
      merchant text;
      about jsonb := jsonb_build_object('terminalId', new.terminal_id, 'disputeId', new.dispute_id);
      dispute disputes;
    begin
      if not exists (select from webhook_endpoints) then return null; end if;
      select * into dispute from disputes
        where terminal_id = new.terminal_id and dispute_id = new.dispute_id;
      select merchant_id into merchant from transactions
        where terminal_id = dispute.terminal_id and stan = dispute.stan
          and transmitted_at = dispute.transmitted_at;
      about := about || jsonb_build_object('merchantId', merchant, 'stan', dispute.stan,
        'transmittedAt', dispute.transmitted_at, 'reasonCode', dispute.reason_code,
        'state', dispute.state);
      perform webhook_tell(merchant, 'dispute.' || case
        when tg_table_name = 'dispute_evidence' then 'evidence-added'
        when tg_op = 'INSERT' then 'opened' else dispute.state end, about);
      return null;
    end $$`.execute(db);
  for (const [name, when, table] of [
    ['webhook_new_dispute', 'after insert', 'disputes'],
    ['webhook_dispute', 'after update of state', 'disputes'],
    ['webhook_evidence', 'after insert', 'dispute_evidence'],
  ] as const) {
    await sql`create trigger ${sql.raw(name)} ${sql.raw(when)} on ${sql.table(table)}
      for each row execute function webhook_tell_dispute()`.execute(db);
  }
  await sql`create function webhook_tell_batch() returns trigger language plpgsql as $$
    declare
      merchant text;
    begin
      if not exists (select from webhook_endpoints) then return null; end if;
      select merchant_id into merchant from terminals where terminal_id = new.terminal_id;
      if merchant is null then return null; end if;
      perform webhook_tell(merchant, 'batch.closed', jsonb_build_object(
        'terminalId', new.terminal_id, 'merchantId', merchant, 'currency', new.currency,
        'batchNumber', new.batch_number, 'creditsMinor', new.host_credits_minor::text,
        'debitsMinor', new.host_debits_minor::text, 'agrees',
        (new.host_credits, new.host_credits_minor, new.host_debits, new.host_debits_minor) =
        (new.terminal_credits, new.terminal_credits_minor, new.terminal_debits,
          new.terminal_debits_minor)));
      return null;
    end $$`.execute(db);
  await sql`create trigger webhook_batch after insert on batches
    for each row execute function webhook_tell_batch()`.execute(db);
  await sql`create function webhook_tell_terminal() returns trigger language plpgsql as $$
    begin
      if not exists (select from webhook_endpoints) then return null; end if;
      perform webhook_tell(new.merchant_id,
        case tg_op when 'INSERT' then 'terminal.enrolled' else 'terminal.revoked' end,
        jsonb_build_object('terminalId', new.terminal_id, 'merchantId', new.merchant_id));
      return null;
    end $$`.execute(db);
  await sql`create trigger webhook_new_terminal after insert on terminals
    for each row execute function webhook_tell_terminal()`.execute(db);
  await sql`create trigger webhook_terminal after update on terminals for each row
    when (old.revoked_at is null and new.revoked_at is not null)
    execute function webhook_tell_terminal()`.execute(db);
}
