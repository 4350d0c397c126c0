import { createHash } from 'node:crypto';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Queries } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

/** The schema of a database is not one that this program can go on with. */
export class SchemaMismatch extends Error {}

/**
 * Brings the schema up to date, forward only. Throws `SchemaMismatch`, and changes nothing, when
 * the database has migrations that this program does not know, or one that is not what it is here;
 * else what the database said.
 */
export async function migrate(
  db: Queries,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<void> {
  const digests = await digestsOf(migrations);
  await refuseMismatch(db, digests);
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
  await keepDigests(db, digests);
}

/** Throws `SchemaMismatch` unless `migrate` would change nothing. It changes nothing itself. */
export async function expectCurrentSchema(db: Queries): Promise<void> {
  const digests = await digestsOf(MIGRATIONS);
  await refuseMismatch(db, digests);
  const applied = new Set((await readApplied(db)).map(({ name }) => name));
  if ([...digests.keys()].every((name) => applied.has(name))) return;
  throw new SchemaMismatch('the database is of an earlier version: start its cloud once');
}

/** By name: SHA-256 of the statements of a migration, hex; spacing does not count. */
export async function digestsOf(
  migrations: Readonly<Record<string, Migration>>,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const [name, { up }] of Object.entries(migrations)) {
    const hash = createHash('sha256');
    const recorder = new Kysely<unknown>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
      log: ({ query }) => void hash.update(`${query.sql.replaceAll(/\s+/g, ' ')};`),
    });
    await up(recorder);
    digests.set(name, hash.digest('hex'));
  }
  return digests;
}

/** What the database says of a migration that it has; no digest from before there were any. */
interface Applied {
  readonly name: string;
  readonly sha256: string | null;
}

async function refuseMismatch(db: Queries, digests: ReadonlyMap<string, string>): Promise<void> {
  for (const { name, sha256 } of await readApplied(db)) {
    const digest = digests.get(name);
    if (digest === undefined) {
      throw new SchemaMismatch(
        `the database has migration ${name}, which this version does not know: ` +
          'start the version that made it, or a later one',
      );
    }
    if (sha256 !== null && sha256 !== digest) {
      throw new SchemaMismatch(
        `migration ${name} is not the one that the database was migrated by: ` +
          'a migration is never changed; start the version that it came with',
      );
    }
  }
}

async function readApplied(db: Queries): Promise<readonly Applied[]> {
  const { rows } = await sql<{ migrated: boolean; digested: boolean }>`
    select to_regclass('kysely_migration') is not null as migrated,
      to_regclass('migration_digests') is not null as digested`.execute(db);
  if (!rows[0]?.migrated) return [];
  const digest = rows[0].digested
    ? sql`(select sha256 from migration_digests known where known.name = applied.name)`
    : sql`null::text`;
  const applied = await sql<Applied>`
    select name, ${digest} as sha256 from kysely_migration applied order by name`.execute(db);
  return applied.rows;
}

/** Those of before there were digests are taken to be what they are now. */
async function keepDigests(db: Queries, digests: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, sha256] of digests) {
    await sql`insert into migration_digests (name, sha256)
      select ${name}, ${sha256} where to_regclass('migration_digests') is not null
      on conflict do nothing`.execute(db);
  }
}
