import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Queries } from '#cloud/store/database.ts';
import { expectCurrentSchema } from '#cloud/store/migrate.ts';
import { findRunningCluster, startCluster } from '#cloud/store/postgres/cluster.ts';
import { UsageError } from '../command.ts';
import { withDatabase } from '../with-database.ts';

/** Options of every command that works on a cloud. */
export const CLOUD_OPTIONS = {
  'data-dir': { type: 'string' },
  'database-url': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** What they say, for every command's help. */
export const CLOUD_HELP = `  --data-dir DIR       that of npm start or of a cloud, running or not
                       (default .tessera)
  --database-url URL   another PostgreSQL (also: TESSERA_DATABASE_URL)`;

/** Which cloud is meant. */
export interface CloudValues {
  readonly 'data-dir'?: string | undefined;
  readonly 'database-url'?: string | undefined;
  /** Who does it, for the audit log; the user of this machine unless given. */
  readonly by?: string | undefined;
}

/** A cloud that was opened. */
export interface OpenCloud {
  readonly db: Queries;
  readonly databaseUrl: string;
  /** Where its keys are; undefined when only a database was named. */
  readonly dataDir: string | undefined;
  /** Who does it, for the audit log. */
  readonly by: string;
}

/**
 * Lets `use` at a cloud: at the database that was named, at that of a running cloud beside it, or
 * at that of a stopped one, whose PostgreSQL runs for as long as it takes. Where there is none, or
 * its schema is of an earlier version, it is a `UsageError`.
 */
export async function withCloud<T>(
  values: CloudValues,
  use: (cloud: OpenCloud) => Promise<T>,
): Promise<T> {
  const by = values.by ?? `${userInfo().username} (command line)`;
  if (!/^[\p{L}\p{N}\p{P} ]{1,80}$/u.test(by)) throw new UsageError('--by takes a name.');
  const named = values['database-url'] ?? process.env['TESSERA_DATABASE_URL'];
  const given = values['data-dir'];
  const dataDir = named ? folderOf(given, () => true) : embeddedIn(given ?? '.tessera');
  const at = (databaseUrl: string) =>
    withDatabase(databaseUrl, async (db) => {
      await expectCurrentSchema(db);
      return use({ db, databaseUrl, dataDir, by });
    });
  if (named || dataDir === undefined) return at(named ?? '');
  const running = await findRunningCluster(dataDir);
  if (running) return at(running);
  const cluster = await startStopped(dataDir);
  try {
    return await at(cluster.databaseUrl);
  } finally {
    await cluster.stop();
  }
}

/** The data directory with a database in it. */
function embeddedIn(given: string): string {
  const found = folderOf(given, (folder) => existsSync(path.join(folder, 'postgres')));
  if (found === undefined) throw new UsageError(`There is no cloud in ${given}; give --data-dir.`);
  return found;
}

/** The cloud's folder in that of `npm start`, or the folder itself. */
function folderOf(
  given: string | undefined,
  isIt: (folder: string) => boolean,
): string | undefined {
  if (given === undefined) return undefined;
  const folders = [path.resolve(given, 'cloud'), path.resolve(given)];
  return folders.find((folder) => existsSync(folder) && isIt(folder));
}

async function startStopped(dataDir: string) {
  try {
    return await startCluster(dataDir, new AbortController().signal);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it does not start';
    throw new UsageError(`The database of ${dataDir} cannot be opened: ${why}.`);
  }
}
