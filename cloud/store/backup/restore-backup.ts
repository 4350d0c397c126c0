import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createZstdDecompress } from 'node:zlib';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  type AuditReport,
  appendAudit,
  OPERATOR_SHARD,
  verifyAudit,
} from '../../audit/audit-log.ts';
import { type LedgerReport, verifyLedger } from '../../ledger/ledger.ts';
import type { Queries } from '../database.ts';
import { MIGRATIONS } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { type BackupDamage, checkBackup } from './check-backup.ts';
import { copyIn } from './copy.ts';
import { fileOf, type Manifest, type ReadManifest, type TablePart } from './manifest.ts';
import { type KeysFault, openKeys } from './open-keys.ts';
import { connectForCopy, readSchema, tableWithColumns } from './tables.ts';

/** What is restored, and where to. */
export interface RestoreOptions {
  readonly backupDir: string;
  /** Is asked for the database when backup and keys were found good. */
  readonly open: () => Promise<RestoreTarget>;
  /** Where the cloud's keys are, or are put. */
  readonly dataDir: string;
  /** Opens the secrets of the backup; not needed where the data directory has them. */
  readonly passphrase?: string | undefined;
  /** Whether a cloud's tables that are there may be dropped. */
  readonly replace: boolean;
  readonly now: Date;
  /** Hears of each table when it is loaded. */
  readonly onTable?: ((part: TablePart) => void) | undefined;
}

/** A database to restore into. */
export interface RestoreTarget {
  readonly databaseUrl: string;
  /** Whether it is known already that no cloud uses it. */
  readonly isClaimed: boolean;
}

/** Why nothing was restored. */
export type RestoreFault =
  | BackupDamage
  | KeysFault
  | Malformed<'in-use' | 'not-empty' | 'not-a-cloud' | 'rows-mismatch'>;

/** What was restored, and what its books look like. */
export interface RestoreReport {
  readonly manifest: Manifest;
  readonly ledger: LedgerReport;
  readonly audit: AuditReport;
}

/** Ends the transaction; nothing of it stays. */
class Refusal extends Error {
  readonly fault: RestoreFault;

  constructor(fault: RestoreFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

/**
 * Puts a backup into a database: all of it in one transaction, or nothing. Then the schema is that
 * of this version, and ledger and audit log were verified; what that found is in the report, since
 * a database that was unsound comes back as it was. Rejects with what the database said.
 */
export async function restoreBackup(
  options: RestoreOptions,
): Promise<Result<RestoreReport, RestoreFault>> {
  const read = await checkBackup(options.backupDir);
  if (!read.ok) return read;
  const keys = await openKeys(options, read.value);
  if (!keys.ok) return keys;
  const { databaseUrl, isClaimed } = await options.open();
  const client = await connectForCopy(databaseUrl);
  const db = queriesOn(client);
  try {
    if (!isClaimed) await refuseInUse(client);
    await db.transaction().execute((unit) => load(client, unit, read.value, options));
    const [ledger, audit] = [await verifyLedger(db), await verifyAudit(db)];
    return ok({ manifest: read.value.manifest, ledger, audit });
  } catch (cause) {
    if (cause instanceof Refusal) return { ok: false, error: cause.fault };
    throw cause;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function load(
  client: pg.Client,
  unit: Queries,
  { manifest, sha256 }: ReadManifest,
  options: RestoreOptions,
): Promise<void> {
  await makeRoom(client, options.replace);
  const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
  const migrator = new Migrator({ db: unit, provider });
  const { error } = await migrator.migrateTo(manifest.migrations.at(-1)?.name ?? '');
  if (error) throw error;
  const schema = await readSchema(client);
  if (schema.sha256 !== manifest.schemaSha256)
    throw new Refusal({ kind: 'other-schema', path: 'schemaSha256', offset: 0 });
  await withoutForeignKeys(client, async () => {
    for (const part of manifest.tables) {
      await loadTable(client, options.backupDir, part);
      options.onTable?.(part);
    }
  });
  await client.query('analyze');
  const latest = await migrator.migrateToLatest();
  if (latest.error) throw latest.error;
  const details = { takenAt: manifest.takenAt, manifest: sha256 };
  await appendAudit(unit, OPERATOR_SHARD, { act: 'restored', at: options.now, details });
}

/**
 * Others that are connected may be a cloud that goes on writing; one that was stopped a moment ago
 * may still seem to be there. The server's own have no user.
 */
async function refuseInUse(client: pg.Client): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ others: number }>(`select count(*)::int as others
      from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and usesysid is not null`);
    const others = rows[0]?.others ?? 0;
    if (others === 0) return;
    if (Date.now() > deadline) {
      throw new Refusal({ kind: 'in-use', path: 'pg_stat_activity', offset: others });
    }
    await sleep(POLL_MS);
  }
}

const PATIENCE_MS = 3_000;
const POLL_MS = 50;

/** Leaves a schema without a table, or refuses and names one. */
async function makeRoom(client: pg.Client, replace: boolean): Promise<void> {
  const { rows } = await client.query<{ name: string; drop: string }>(`
    select relname as name, format('drop table %I cascade', relname) as drop from pg_class
    where relnamespace = current_schema()::text::regnamespace and relkind in ('r', 'p')
    order by relname`);
  const [first] = rows;
  if (first) {
    if (!rows.some(({ name }) => name === 'kysely_migration'))
      throw new Refusal({ kind: 'not-a-cloud', path: first.name, offset: 0 });
    if (!replace) throw new Refusal({ kind: 'not-empty', path: first.name, offset: 0 });
  }
  const functions = await client.query<{ drop: string }>(`
    select format('drop function %s cascade', oid::regprocedure) as drop from pg_proc
    where pronamespace = current_schema()::text::regnamespace and prokind = 'f'
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')`);
  for (const { drop } of first ? [...rows, ...functions.rows] : []) await client.query(drop);
}

/** A table may refer to one that is loaded later; made again they look at all rows. */
async function withoutForeignKeys(client: pg.Client, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ drop: string; create: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname,
        pg_get_constraintdef(oid)) as create
    from pg_constraint where contype = 'f'
      and connamespace = current_schema()::text::regnamespace`);
  for (const { drop } of rows) await client.query(drop);
  await work();
  for (const { create } of rows) await client.query(create);
}

/**
 * Triggers guard what a cloud does, and this is none of it; indexes are faster made anew. What a
 * migration put in is in the backup too.
 */
async function loadTable(client: pg.Client, folder: string, part: TablePart): Promise<void> {
  const name = pg.escapeIdentifier(part.name);
  await client.query(`alter table ${name} disable trigger user`);
  await client.query(`truncate ${name}`);
  const { rows: indexes } = await client.query<{ drop: string; create: string }>(
    `select format('drop index %s', indexrelid::regclass) as drop,
      pg_get_indexdef(indexrelid) as create
    from pg_index where indrelid = $1::regclass and not indisunique`,
    [name],
  );
  for (const { drop } of indexes) await client.query(drop);
  const digest = createHash('sha256');
  const taken = await copyIn(
    client,
    `copy ${tableWithColumns(part)} from stdin`,
    rowsOf(path.join(folder, fileOf(part)), (chunk) => digest.update(chunk)),
  );
  if (taken !== part.rows || digest.digest('hex') !== part.sha256)
    throw new Refusal({ kind: 'rows-mismatch', path: part.name, offset: taken });
  for (const { create } of indexes) await client.query(create);
  await client.query(`alter table ${name} enable trigger user`);
  await continueSequences(client, part);
}

async function* rowsOf(
  file: string,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  const rows = createZstdDecompress();
  const reading = pipeline(createReadStream(file), rows);
  // Its failure is the stream's own.
  reading.catch(() => undefined);
  for await (const chunk of rows) {
    see(chunk);
    yield chunk;
  }
  await reading;
}

/** What numbers rows by itself goes on behind the last. */
async function continueSequences(client: pg.Client, { name, columns }: TablePart): Promise<void> {
  const table = pg.escapeIdentifier(name);
  const { rows } = await client.query<{ column: string; sequence: string | null }>(
    'select c as column, pg_get_serial_sequence($1, c) as sequence from unnest($2::text[]) c',
    [table, columns],
  );
  for (const { column, sequence } of rows) {
    if (sequence === null) continue;
    const last = `max(${pg.escapeIdentifier(column)})`;
    await client.query(`select setval($1, ${last}) from ${table} having ${last} is not null`, [
      sequence,
    ]);
  }
}

/** Queries on this one connection, so that they are in the transaction of its COPY. */
function queriesOn(client: pg.Client): Queries {
  const connection = { query: client.query.bind(client), release: () => undefined };
  const pool = { connect: async () => connection, end: async () => undefined, options: {} };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
