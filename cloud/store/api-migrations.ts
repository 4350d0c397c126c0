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
