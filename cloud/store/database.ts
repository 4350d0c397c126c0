import { setTimeout as sleep } from 'node:timers/promises';
import { type Dialect, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

/** The database, or a transaction in it: what a query can be built on. */
export type Queries = Kysely<Schema>;

/** A transaction: what may book. */
export type UnitOfWork = Transaction<Schema>;

const POOL_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;
/** Nobody waits for an answer this long; a migration takes far less. */
const STATEMENT_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 30;
const MAX_PAUSE_MS = 50;
/**
 * Serialization failure, deadlock, and the unique violation by which the later of two equal
 * messages may learn of the earlier. Source: PostgreSQL 18, 13.5 and appendix A.
 */
const RETRYABLE = ['40001', '40P01', '23505'];

/**
 * Opens a pool on this PostgreSQL URL; nothing is sent before the first query. `through` may stand
 * between the queries and PostgreSQL.
 */
export function openDatabase(
  databaseUrl: string,
  through = (postgres: Dialect): Dialect => postgres,
): Queries {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: databaseUrl,
    max: POOL_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types: { getTypeParser: typeParser },
  });
  // A connection that ends while nobody uses it; the next query opens another.
  pool.on('error', () => undefined);
  return new Kysely<Schema>({ dialect: through(new PostgresDialect({ pool })) });
}

/** Has every statement with values prepared once a connection, and from then on only executed. */
class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();

  constructor(...settings: ConstructorParameters<typeof pg.Client>) {
    super(...settings);
    // Lost between two statements of a transaction: the next one says so. Unheard, it would end
    // this process.
    this.on('error', () => undefined);
  }

  override query(...args: unknown[]): never {
    const [text, values] = args;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) {
      return Reflect.apply(super.query, this, args) as never;
    }
    const name = this.#names.get(text) ?? `s${this.#names.size}`;
    this.#names.set(text, name);
    const rest = args.slice(2);
    return Reflect.apply(super.query, this, [{ name, text, values }, ...rest]) as never;
  }
}

/**
 * Runs `work` in a transaction, again from its start when it lost against another. It resolves
 * after the commit. Rows that are decided on must be locked (`for update`), and what must be there
 * once must have a key. `work` must have no effect outside the database. Within a transaction it is
 * a part of that one.
 */
export async function atomically<T>(
  db: Queries,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  if (db.isTransaction) return work(db as UnitOfWork);
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (cause) {
      if (attempt === MAX_ATTEMPTS || !RETRYABLE.includes(errorCode(cause))) throw cause;
      await sleep(Math.random() * Math.min(2 ** attempt, MAX_PAUSE_MS));
    }
  }
}

/** PostgreSQL's five-character code of an error, or the system's; `unknown` where it has none. */
export function errorCode(cause: unknown): string {
  const code: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/** How values are read: money is bigint; everything else is as `pg` has it. */
export function typeParser(...[type, format]: Parameters<typeof pg.types.getTypeParser>): unknown {
  if (type === pg.types.builtins.INT8) return BigInt;
  return pg.types.getTypeParser(type, format);
}
