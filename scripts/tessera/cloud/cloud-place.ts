import { existsSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '#cloud/store/database.ts';
import { KeyFault } from '#cloud/store/master-key.ts';
import { type Cluster, findRunningCluster, startCluster } from '#cloud/store/postgres/cluster.ts';
import { UsageError } from '../command.ts';

/** Options of where a cloud is. */
export const PLACE_OPTIONS = {
  'data-dir': { type: 'string' },
  'database-url': { type: 'string' },
} as const;

/** What they say, for every command's help. */
export const PLACE_HELP = `  --data-dir DIR       that of npm start or of a cloud, running or not
                       (default .tessera)
  --database-url URL   another PostgreSQL (also: TESSERA_DATABASE_URL)`;

/** Where a cloud is. */
export interface PlaceValues {
  readonly 'data-dir'?: string | undefined;
  readonly 'database-url'?: string | undefined;
}

/** A cloud's own folder: that in the folder of `npm start`, or the one that was named. */
export function dataDirOf(values: PlaceValues): string {
  const given = path.resolve(values['data-dir'] ?? '.tessera');
  const inside = path.join(given, 'cloud');
  return existsSync(inside) ? inside : given;
}

/** The PostgreSQL that was named; `undefined` is the embedded one. */
export function namedDatabase(values: PlaceValues): string | undefined {
  return values['database-url'] ?? (process.env['TESSERA_DATABASE_URL'] || undefined);
}

/** Lets `use` at the embedded PostgreSQL of a cloud, running or not; it is left as it was. */
export async function withEmbedded<T>(
  dataDir: string,
  use: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const running = await findRunningCluster(dataDir);
  if (running) return use(running);
  const cluster = await startEmbedded(dataDir);
  try {
    return await use(cluster.databaseUrl);
  } finally {
    await cluster.stop();
  }
}

/** Starts it for this process alone, and makes it where there is none. */
export async function startEmbedded(dataDir: string): Promise<Cluster> {
  try {
    return await startCluster(dataDir, new AbortController().signal);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it does not start';
    throw new UsageError(`The database of ${dataDir} cannot be opened: ${why}.`);
  }
}

/** What the database or the disk says against it is a `UsageError`, without a URL or a row. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof KeyFault) throw new UsageError(`Refused: ${cause.message}.`);
    if (cause instanceof UsageError || errorCode(cause) === 'unknown') throw cause;
    throw new UsageError(`The database or the disk refuses: ${errorCode(cause)}.`);
  }
}
