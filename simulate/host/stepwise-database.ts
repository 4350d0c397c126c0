import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { World } from '../world/world.ts';
import type { DatabaseServer } from './database-server.ts';

/** Who uses a database: its life is the simulation's to end. */
export interface Incarnation {
  readonly isAlive: boolean;
  /** Ends it at this await. */
  crash(where: string): void;
}

const LATENCY_MS = 3;
/** PostgreSQL 18, appendix A: disk_full. */
const DISK_FULL = '53100';
const WRITING = /^(insert|update|delete|with|commit)\b/;
const MOST_FULL_MS = 20_000;

/**
 * Puts the simulation between queries and the real PostgreSQL: every statement takes simulated
 * time, at every one its user may crash or lose the connection, before it was carried out or after.
 * Who has crashed never hears of its statement again.
 */
export function stepwise(
  postgres: Dialect,
  world: World,
  server: DatabaseServer,
  user: Incarnation,
): Dialect {
  return {
    createDriver: () => new StepwiseDriver(postgres.createDriver(), { world, server, user }),
    createQueryCompiler: () => postgres.createQueryCompiler(),
    createAdapter: () => postgres.createAdapter(),
    createIntrospector: (db) => postgres.createIntrospector(db),
  };
}

interface Surroundings {
  readonly world: World;
  readonly server: DatabaseServer;
  readonly user: Incarnation;
}

/** A connection of PostgreSQL's driver and the number of the server process behind it. */
class StepwiseConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  readonly pid: number;
  readonly #around: Surroundings;

  constructor(inner: DatabaseConnection, pid: number, around: Surroundings) {
    this.inner = inner;
    this.pid = pid;
    this.#around = around;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const label = query.sql.trimStart().split(/\s+/, 3).slice(0, 3).join(' ').toLowerCase();
    return this.step(label, () => this.inner.executeQuery<R>(query));
  }

  streamQuery(): never {
    throw new Error('nothing here streams');
  }

  /** One await of the host. */
  async step<T>(label: string, work: () => Promise<T>): Promise<T> {
    const { world, server, user } = this.#around;
    const where = `host ${label}`;
    await world.scheduler.pause(world.random.below(LATENCY_MS));
    await this.#survives(`${where}, before`);
    if (world.happens('connection-loss', where)) await this.#lose(`${where}, before`);
    if (WRITING.test(label) && isFull(world)) {
      throw Object.assign(new Error('no space left on device'), { code: DISK_FULL });
    }
    const isBlocked = () => server.isBlocked(this.pid);
    const result = await world.scheduler.perform(work, isBlocked);
    await this.#survives(`${where}, after`);
    if (!user.isAlive || !world.happens('connection-loss', where)) return result;
    await this.#lose(`${where}, after`);
    throw Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
  }

  async #lose(where: string): Promise<void> {
    const { world, server } = this.#around;
    world.note(`database connection lost: ${where}`);
    await world.scheduler.perform(() => server.terminate(this.pid));
  }

  async #survives(where: string): Promise<void> {
    const { world, user } = this.#around;
    if (user.isAlive && world.happens('host-crash', where)) user.crash(where);
    if (!user.isAlive) await new Promise(() => undefined);
  }
}

/** Whether there is no room for what a statement writes; then it is so for a while. */
function isFull(world: World): boolean {
  const { nowMs } = world.scheduler;
  if (world.happens('store-full')) {
    world.storeFullUntilMs = nowMs + world.random.below(MOST_FULL_MS);
    world.note('database: full');
    return true;
  }
  return world.storeFullUntilMs > nowMs;
}

class StepwiseDriver implements Driver {
  readonly #inner: Driver;
  readonly #around: Surroundings;
  readonly #pids = new WeakMap<DatabaseConnection, number>();

  constructor(inner: Driver, around: Surroundings) {
    this.#inner = inner;
    this.#around = around;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const { world, user } = this.#around;
    if (!user.isAlive) await new Promise(() => undefined);
    return world.scheduler.perform(async () => {
      const inner = await this.#inner.acquireConnection();
      const pid = this.#pids.get(inner) ?? (await pidOf(inner));
      this.#pids.set(inner, pid);
      return new StepwiseConnection(inner, pid, this.#around);
    });
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return of(connection).step('begin', () => {
      return this.#inner.beginTransaction(of(connection).inner, settings);
    });
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    const { world } = this.#around;
    const isLost = world.canary === 'host-loses-commits' && world.onceIn(10);
    return of(connection).step('commit', () => {
      const { inner } = of(connection);
      if (isLost) return this.#inner.rollbackTransaction(inner);
      return this.#inner.commitTransaction(inner);
    });
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return of(connection).step('rollback', () => {
      return this.#inner.rollbackTransaction(of(connection).inner);
    });
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await this.#inner.releaseConnection(of(connection).inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

async function pidOf(connection: DatabaseConnection): Promise<number> {
  const query = CompiledQuery.raw('select pg_backend_pid() as pid');
  const { rows } = await connection.executeQuery<{ pid: number }>(query);
  return rows[0]?.pid ?? 0;
}

function of(connection: DatabaseConnection): StepwiseConnection {
  if (connection instanceof StepwiseConnection) return connection;
  throw new Error('a connection of somebody else');
}
