import { type Kysely, sql } from 'kysely';

/** Who is logged in to the operations page. */
export async function createOperationsSessions(db: Kysely<unknown>): Promise<void> {
  await sql`create table operations_sessions (
    token_sha256 bytea primary key,
    key_id text not null references api_keys (key_id),
    expires_at timestamptz not null
  )`.execute(db);
}
