import { type Kysely, sql } from 'kysely';

/** What each migration was when it was applied. */
export async function createMigrationDigests(db: Kysely<unknown>): Promise<void> {
  await sql`create table migration_digests (
    name text primary key,
    sha256 text not null
  )`.execute(db);
}

/**
 * What other nodes are still to be told, written with what happened and gone when it was told; and
 * what all nodes decide by once it was put in force: the last row holds.
 */
export async function createNodeTables(db: Kysely<unknown>): Promise<void> {
  await sql`create table outbox (
    node_id text not null,
    event_id text not null,
    event text not null,
    happened_at timestamptz not null,
    primary key (node_id, event_id)
  )`.execute(db);
  await sql`create index outbox_by_time on outbox (happened_at)`.execute(db);
  await sql`create table scorers_in_force (
    sequence integer primary key,
    rules_digest text not null references scoring_files,
    model_digest text references scoring_files,
    challenger_rules_digest text references scoring_files,
    challenger_model_digest text references scoring_files,
    since timestamptz not null
  )`.execute(db);
}
