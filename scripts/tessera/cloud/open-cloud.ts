import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { actingAs } from '#cloud/audit/actor.ts';
import { openDatabase, type Queries } from '#cloud/store/database.ts';
import { expectCurrentSchema, SchemaMismatch } from '#cloud/store/migrate.ts';
import { UsageError } from '../command.ts';
import {
  dataDirOf,
  namedDatabase,
  PLACE_HELP,
  PLACE_OPTIONS,
  type PlaceValues,
  refusing,
  withEmbedded,
} from './cloud-place.ts';

/** Options of every command that works on a cloud's database. */
export const CLOUD_OPTIONS = {
  ...PLACE_OPTIONS,
  json: { type: 'boolean', default: false },
} as const;

/** Options of a command that changes something. */
export const ACT_OPTIONS = { ...CLOUD_OPTIONS, by: { type: 'string' } } as const;

/** What they say, for the help of such a command. */
export const ACT_HELP = `  --by NAME            who does it, for the audit log (default: the user)
${PLACE_HELP}`;

/** A cloud that was opened. */
export interface OpenCloud {
  readonly db: Queries;
  /** Where its keys are, if they are there. */
  readonly dataDir: string;
}

/**
 * Lets `use` at a cloud: at the database that was named, at that of a running cloud beside it, or
 * at that of a stopped one, whose PostgreSQL runs for as long as it takes. Where there is none, or
 * its schema is of an earlier version, it is a `UsageError`. The audit log names who does it.
 */
export async function withCloud<T>(
  values: PlaceValues & { readonly by?: string | undefined },
  use: (cloud: OpenCloud) => Promise<T>,
): Promise<T> {
  const by = values.by ?? userInfo().username;
  if (!/^[\p{L}\p{N}\p{P} ]{1,80}$/u.test(by)) throw new UsageError('--by takes a name.');
  const dataDir = dataDirOf(values);
  const open = (databaseUrl: string) =>
    refusing(async () => {
      const db = openDatabase(databaseUrl);
      try {
        await expectOwnSchema(db);
        return await actingAs(`user ${by}`, () => use({ db, dataDir }));
      } finally {
        await db.destroy();
      }
    });
  const named = namedDatabase(values);
  if (named) return open(named);
  if (!existsSync(path.join(dataDir, 'postgres')))
    throw new UsageError(`There is no cloud in ${dataDir}; give --data-dir.`);
  return withEmbedded(dataDir, open);
}

async function expectOwnSchema(db: Queries): Promise<void> {
  try {
    await expectCurrentSchema(db);
  } catch (cause) {
    throw cause instanceof SchemaMismatch ? new UsageError(`Refused: ${cause.message}.`) : cause;
  }
}
