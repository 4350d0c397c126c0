import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Queries } from './database.ts';
import type { Schema } from './schema.ts';

/** Whom the acquirer is to an embedded database. */
const ACQUIRER_ROLE = 'tessera_acquirer';

type Right = 'select' | 'insert' | 'update' | 'delete';

const APPEND: readonly Right[] = ['select', 'insert'];
const KEEP: readonly Right[] = ['select', 'insert', 'update'];

/** What the acquirer may do with each table. Where something is kept for good it only appends. */
const RIGHTS: Readonly<Record<keyof Schema, readonly Right[]>> = {
  terminals: KEEP,
  cards: KEEP,
  transactions: KEEP,
  disputes: KEEP,
  fido_credentials: KEEP,
  api_keys: KEEP,
  idempotency: APPEND,
  ledger_transfers: APPEND,
  batches: APPEND,
  audit_log: APPEND,
  dispute_evidence: APPEND,
  scoring_files: APPEND,
  decisions: APPEND,
  fraud_labels: APPEND,
  fido_assertions: APPEND,
  outbox: ['select', 'insert', 'delete'],
};

/**
 * Gives a role of the database what the acquirer needs and takes away everything else that it had
 * on our tables. `owner` is connected as who owns them.
 */
export async function grantAcquirer(owner: Queries, role: string): Promise<void> {
  await owner.transaction().execute(async (unit) => {
    // Several nodes may start at once.
    await sql`select pg_advisory_xact_lock(${sql.lit(GRANT_LOCK)})`.execute(unit);
    const name = sql.id(role);
    await sql`revoke all on all tables in schema public from ${name}`.execute(unit);
    for (const [table, rights] of Object.entries(RIGHTS)) {
      await sql`grant ${sql.raw(rights.join(', '))} on ${sql.table(table)} to ${name}`.execute(
        unit,
      );
    }
  });
}

/** Any number: only what grants asks for this lock. */
const GRANT_LOCK = 7_355_002;

/** Makes the acquirer's role, with a new password; the URL by which it connects. */
export async function openAcquirerRole(owner: Queries, ownerUrl: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const role = sql.id(ACQUIRER_ROLE);
  const { rows } = await sql`select 1 from pg_roles where rolname = ${ACQUIRER_ROLE}`.execute(
    owner,
  );
  if (rows.length === 0) await sql`create role ${role}`.execute(owner);
  await sql`alter role ${role} login nosuperuser nocreatedb nocreaterole noinherit
    password ${sql.lit(password)}`.execute(owner);
  const url = new URL(ownerUrl);
  url.username = ACQUIRER_ROLE;
  url.password = password;
  return url.href;
}
