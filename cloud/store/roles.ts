import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Queries } from './database.ts';
import type { Schema } from './schema.ts';

/** Whom the acquirer is to an embedded database. */
const ACQUIRER_ROLE = 'tessera_acquirer';

/** What may be done with a table besides reading it and adding to it. */
interface Rights<Column extends string> {
  readonly update?: readonly Column[];
  readonly delete?: true;
  /** Nothing is added to it. */
  readonly insert?: false;
}

/** What is kept for good: nothing of it is changed or taken away. */
const APPEND = {};

/** What the acquirer may do with each table; a table that is not named here it cannot even read. */
const RIGHTS: { readonly [Name in keyof Schema]: Rights<keyof Schema[Name] & string> } = {
  api_idempotency: { update: ['answer'] },
  api_keys: { update: ['revoked_at'] },
  applied_migrations: { insert: false },
  audit_log: APPEND,
  batches: APPEND,
  cards: {
    update: [
      ...(['balance_minor', 'highest_atc', 'pin_tries_left'] as const),
      ...(['day', 'day_spent_minor', 'day_count', 'pending_script'] as const),
    ],
  },
  decisions: APPEND,
  dispute_evidence: APPEND,
  disputes: { update: ['state', 'ruled_at'] },
  fido_assertions: APPEND,
  fido_credentials: { update: ['sign_count'] },
  fraud_labels: APPEND,
  idempotency: APPEND,
  ledger_transfers: APPEND,
  merchant_fees: { update: ['basis_points', 'fixed_minor'] },
  operations_sessions: { delete: true },
  outbox: { delete: true },
  payouts: { update: ['matched_at', 'matched_file', 'bank_reference', 'booked_on'] },
  scorers_in_force: APPEND,
  scoring_files: APPEND,
  terminals: {
    update: [
      ...(['merchant_id', 'certificate_sha256', 'enrolled_at', 'revoked_at'] as const),
      ...(['mac_key_block', 'next_mac_key_block', 'transport_key_block'] as const),
      ...(['mac_key_since', 'pin_key_block', 'signed_off_at'] as const),
    ],
  },
  transactions: {
    update: [
      ...(['state', 'authorised_minor', 'captured_minor', 'refunded_minor'] as const),
      ...(['charged_back_minor', 'is_settled', 'batch_number'] as const),
      ...(['reversed_at', 'reversal_reason'] as const),
    ],
  },
  webhook_attempts: { delete: true },
  webhook_deliveries: { update: ['state', 'attempts', 'next_attempt_at'], delete: true },
  webhook_endpoints: {
    update: [
      ...(['secret_block', 'previous_secret_block', 'previous_until'] as const),
      ...(['disabled_at', 'disabled_why'] as const),
    ],
    delete: true,
  },
  webhook_events: { delete: true },
};

/**
 * Gives a role of the database what the acquirer needs and takes away everything else that it had
 * on our tables. `owner` is connected as who owns them. Throws for a role whom no right limits.
 */
export async function grantAcquirer(owner: Queries, role: string): Promise<void> {
  const { rows } = await sql<{ unlimited: boolean }>`
    select rolsuper or rolname = current_user as unlimited from pg_roles
    where rolname = ${role}`.execute(owner);
  if (rows[0]?.unlimited) {
    throw new Error(`the database user ${role} owns the tables, so that no right would limit it`);
  }
  await owner.transaction().execute(async (unit) => {
    // Several nodes may start at once.
    await sql`select pg_advisory_xact_lock(${sql.lit(GRANT_LOCK)})`.execute(unit);
    const name = sql.id(role);
    await sql`revoke all on all tables in schema public from ${name}`.execute(unit);
    for (const [table, rights] of Object.entries<Rights<string>>(RIGHTS)) {
      const words = [
        ...['select', ...(rights.insert === false ? [] : ['insert'])],
        ...(rights.delete ? ['delete'] : []),
      ];
      const columns = rights.update?.map((column) => sql.id(column)) ?? [];
      const all = [
        ...words.map((word) => sql.raw(word)),
        ...(columns.length > 0 ? [sql`update (${sql.join(columns)})`] : []),
      ];
      await sql`grant ${sql.join(all)} on ${sql.table(table)} to ${name}`.execute(unit);
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
