import { createHash } from 'node:crypto';
import pg from 'pg';
import { typeParser } from '../database.ts';

/** A table with its columns, in their order; what the database computes by itself is left out. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The tables of a database, and what they are like. */
export interface StoredSchema {
  /** By name; those in which the migrations are kept are not among them. */
  readonly tables: readonly StoredTable[];
  /** SHA-256 over every column's table, name, type and whether it may be null; hex. */
  readonly sha256: string;
  /** The names of what was migrated; undefined in a database that is no cloud's. */
  readonly migrations: readonly string[] | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A connection on which a statement may take as long as it takes, and every value has one text
 * whatever the server is set to.
 */
export async function connectForCopy(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'tessera backup',
    types: { getTypeParser: typeParser },
  });
  // A connection that is lost fails its query; unheard, it would end this process.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
    set client_encoding = 'UTF8'; set datestyle = 'ISO'; set timezone = 'UTC';
    set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1`);
  return client;
}

/** Reads what tables there are. */
export async function readSchema(client: pg.Client): Promise<StoredSchema> {
  const { rows } = await client.query<{
    name: string;
    column: string;
    type: string;
    notNull: boolean;
    generated: string;
  }>(`select c.relname as name, a.attname as column, a.attnotnull as "notNull",
      format_type(a.atttypid, a.atttypmod) as type, a.attgenerated::text as generated
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname collate "C", a.attnum`);
  const digest = createHash('sha256');
  const tables = new Map<string, string[]>();
  let isClouds = false;
  for (const { name, column, type, notNull, generated } of rows) {
    if (name === 'kysely_migration') isClouds = true;
    if (name.startsWith('kysely_migration')) continue;
    digest.update(`${name}.${column} ${type} ${notNull} ${generated}\n`);
    const columns = tables.get(name) ?? [];
    tables.set(name, generated === '' ? [...columns, column] : columns);
  }
  return {
    tables: [...tables].map(([name, columns]) => ({ name, columns })),
    sha256: digest.digest('hex'),
    migrations: isClouds ? await readMigrations(client) : undefined,
  };
}

/** `"name" ("column", …)`, for a statement. */
export function tableWithColumns({ name, columns }: StoredTable): string {
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
  return `${pg.escapeIdentifier(name)} (${list})`;
}

async function readMigrations(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from kysely_migration order by name collate "C"',
  );
  return rows.map(({ name }) => name);
}
