import { type Kysely, sql } from 'kysely';

/** Since when a terminal has its MAC key: those of before have it since they were enrolled. */
export async function datePresentMacKeys(db: Kysely<unknown>): Promise<void> {
  await sql`alter table terminals add mac_key_since timestamptz`.execute(db);
  await sql`update terminals set mac_key_since = enrolled_at`.execute(db);
  await sql`alter table terminals alter mac_key_since set not null`.execute(db);
}
