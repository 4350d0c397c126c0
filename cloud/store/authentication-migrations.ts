import { type Kysely, sql } from 'kysely';

/** The credentials of cardholders, and which challenges were answered: each once. */
export async function createFidoCredentials(db: Kysely<unknown>): Promise<void> {
  await sql`create table fido_credentials (
    card_token text not null,
    credential_id bytea not null check (length(credential_id) between 1 and 128),
    public_key bytea not null,
    sign_count bigint not null check (sign_count >= 0),
    registered_at timestamptz not null,
    primary key (card_token, credential_id)
  )`.execute(db);
  await sql`create table fido_assertions (
    terminal_id text not null,
    stan text not null,
    transmitted_at text not null,
    credential_id bytea not null,
    verified_at timestamptz not null,
    primary key (terminal_id, stan, transmitted_at)
  )`.execute(db);
}
