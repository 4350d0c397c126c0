import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as realSleep } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { openDatabase, type Queries } from '#cloud/store/database.ts';
import { migrate } from '#cloud/store/migrate.ts';
import { type Cluster, startCluster } from '#cloud/store/postgres/cluster.ts';
import { startTestCluster } from '#cloud/store/postgres/test-cluster.fixture.ts';
import { grantAcquirer, openAcquirerRole } from '#cloud/store/roles.ts';

const TABLES = sql<{ name: string }>`
  select quote_ident(tablename) as name from pg_tables
  where schemaname = 'public' and tablename not like 'kysely%'
    and tablename <> 'migration_digests'`;

/**
 * The real PostgreSQL of a simulation, the embedded one or that whose programs are in the folder
 * `TESSERA_TEST_POSTGRES`, and a hand on it that no fault reaches. Its disk is
 * not forced: what is simulated is the loss of connections and of the host, not of the machine
 * below PostgreSQL.
 */
export class DatabaseServer {
  readonly #cluster: Cluster;
  readonly #dataDir: string;
  /** Free of faults: for setting a run up and for judging it. */
  readonly db: Queries;

  readonly #acquirerUrl: string;

  private constructor(cluster: Cluster, acquirerUrl: string, dataDir: string, db: Queries) {
    this.#cluster = cluster;
    this.#acquirerUrl = acquirerUrl;
    this.#dataDir = dataDir;
    this.db = db;
  }

  static async start(): Promise<DatabaseServer> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-simulate-'));
    try {
      const other = await startTestCluster(dataDir);
      const cluster = other ?? (await startCluster(dataDir, new AbortController().signal));
      const db = openDatabase(cluster.databaseUrl);
      await sql`alter system set fsync = off`.execute(db);
      await sql`alter system set deadlock_timeout = '1ms'`.execute(db);
      await sql`select pg_reload_conf()`.execute(db);
      await migrate(db);
      const acquirerUrl = await openAcquirerRole(db, cluster.databaseUrl);
      await grantAcquirer(db, new URL(acquirerUrl).username);
      return new DatabaseServer(cluster, acquirerUrl, dataDir, db);
    } catch (cause) {
      await rm(dataDir, { recursive: true, force: true });
      throw cause;
    }
  }

  /** For connections that faults reach, with the rights of the acquirer and no more. */
  get faultyUrl(): string {
    return `${this.#acquirerUrl}?application_name=${FAULTY}`;
  }

  async stop(): Promise<void> {
    await this.db.destroy();
    await this.#cluster.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  /** Takes out all that an earlier run left. What keeps rows from being removed is set aside. */
  async clear(): Promise<void> {
    await this.terminateAll();
    await this.db.connection().execute(async (db) => {
      await sql`set session_replication_role = replica`.execute(db);
      const { rows } = await TABLES.execute(db);
      for (const { name } of rows) await sql`delete from ${sql.raw(name)}`.execute(db);
      await sql`set session_replication_role = origin`.execute(db);
    });
  }

  /** Whether a server process waits for another's lock. */
  async isBlocked(pid: number): Promise<boolean> {
    const { rows } = await sql<{ blocked: boolean }>`
      select cardinality(pg_blocking_pids(${pid})) > 0 as blocked`.execute(this.db);
    return rows[0]?.blocked === true;
  }

  /** Ends a server process with what it had not committed, and waits until it is gone. */
  terminate(pid: number): Promise<void> {
    return this.#terminate(sql`pid = ${pid}`);
  }

  /** The same for all that faults reach. */
  terminateAll(): Promise<void> {
    return this.#terminate(sql`application_name = ${FAULTY}`);
  }

  /** PostgreSQL's own wait looks every 100 ms only. */
  async #terminate(which: RawBuilder<unknown>): Promise<void> {
    const end = sql`select pg_terminate_backend(pid) from pg_stat_activity where ${which}`;
    while ((await end.execute(this.db)).rows.length > 0) await sleep(POLL_MS);
  }
}

/** Taken before simulated time is put in its place. */
const sleep = realSleep;
const POLL_MS = 1;
const FAULTY = 'simulated';
