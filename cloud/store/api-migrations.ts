import { type Kysely, sql } from 'kysely';

/** Who may use the API, and what its lists are read by. */
export async function createApiKeys(db: Kysely<unknown>): Promise<void> {
  await sql`create table api_keys (
    key_id text primary key,
    name text not null,
    secret_sha256 bytea not null,
    merchant_id text,
    scopes text not null,
    requests_per_minute integer not null check (requests_per_minute > 0),
    created_at timestamptz not null,
    revoked_at timestamptz
  )`.execute(db);
  await sql`create index transactions_by_arrival on transactions (received_at)`.execute(db);
  await sql`create index transactions_by_merchant
    on transactions (merchant_id, received_at)`.execute(db);
}

/** What was created under which Idempotency-Key, and which migrations there are. */
export async function createApiRecords(db: Kysely<unknown>): Promise<void> {
  await sql`create table api_idempotency (
    key_id text not null,
    idempotency_key text not null,
    request_sha256 text not null,
    answer text,
    created_at timestamptz not null,
    primary key (key_id, idempotency_key)
  )`.execute(db);
  // Grouped, so that nothing can be put in through it.
  await sql`create view applied_migrations as
    select name from kysely_migration group by name`.execute(db);
}
