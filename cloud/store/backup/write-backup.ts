import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import type pg from 'pg';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import product from '../../../package.json' with { type: 'json' };
import { digestsOf } from '../migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import { openSecrets } from '../secrets.ts';
import { copyOut } from './copy.ts';
import {
  encodeManifest,
  fileOf,
  keyChecksOf,
  MANIFEST_FILE,
  type Manifest,
  SECRETS_FILE,
  type TablePart,
} from './manifest.ts';
import { sealFiles } from './sealed-files.ts';
import { readSecretFiles } from './secret-files.ts';
import { connectForCopy, readSchema, type StoredTable, tableWithColumns } from './tables.ts';

/** What is backed up, and where to. */
export interface BackupOptions {
  readonly databaseUrl: string;
  /** Where the keys of the cloud are. */
  readonly dataDir: string;
  /** A folder that is not there yet. */
  readonly outDir: string;
  /** With it the secrets are sealed and put in; undefined leaves them out. */
  readonly passphrase?: string | undefined;
  readonly now: Date;
  /** Hears of each table when it is done. */
  readonly onTable?: ((part: TablePart) => void) | undefined;
}

/** Why there is no backup. */
export type BackupFault = Malformed<'exists' | 'no-secrets' | 'no-cloud' | 'newer-schema'>;

/**
 * Writes a backup of a cloud's database, which goes on meanwhile: all tables as they were at one
 * moment (one repeatable read transaction), compressed, and a manifest over them. The folder gets
 * its name when all of it is on the disk; nothing is left of one that failed. Rejects with what the
 * database or the disk said.
 */
export async function writeBackup(options: BackupOptions): Promise<Result<Manifest, BackupFault>> {
  const outDir = path.resolve(options.outDir);
  if (await exists(outDir)) return malformed('exists', options.outDir, 0);
  // It would make new ones, which belong to no database.
  if (!(await exists(path.join(options.dataDir, 'secrets.json')))) {
    return malformed('no-secrets', 'secrets.json', 0);
  }
  const draft = `${outDir}.unfinished-${randomUUID()}`;
  const client = await connectForCopy(options.databaseUrl);
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    const manifest = await fill(draft, client, options);
    if (!manifest.ok) return manifest;
    await syncAll(draft);
    await rename(draft, outDir);
    return manifest;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await client.end().catch(() => undefined);
  }
}

async function fill(
  draft: string,
  client: pg.Client,
  { dataDir, passphrase, now, onTable }: BackupOptions,
): Promise<Result<Manifest, BackupFault>> {
  await client.query('begin isolation level repeatable read read only');
  const { tables, migrations, sha256: schemaSha256 } = await readSchema(client);
  const digests = await digestsOf(MIGRATIONS);
  const applied = (migrations ?? []).map((name) => ({ name, sha256: digests.get(name) ?? '' }));
  const [first, ...others] = applied;
  if (first === undefined) return malformed('no-cloud', 'kysely_migration', 0);
  const unknown = applied.find(({ sha256 }) => sha256 === '');
  if (unknown) return malformed('newer-schema', `migrations.${unknown.name}`, 0);
  const version = await client.query<{ server_version: string }>('show server_version');
  const secrets = await openSecrets(dataDir);
  const files = await readSecretFiles(dataDir);
  const parts: TablePart[] = [];
  for (const table of tables) {
    const part = await writeTable(draft, client, table);
    parts.push(part);
    onTable?.(part);
  }
  await client.query('commit');
  const sealed = passphrase === undefined ? undefined : sealFiles(files, passphrase);
  if (sealed) await writeFile(path.join(draft, SECRETS_FILE), sealed, { mode: 0o600 });
  const manifest: Manifest = {
    ...{ format: 'tessera-backup', version: 1, takenAt: now.toISOString() },
    ...{ tessera: product.version, postgres: version.rows[0]?.server_version ?? '' },
    ...{ migrations: [first, ...others], schemaSha256 },
    keyChecks: keyChecksOf(secrets),
    secretFiles: Object.keys(files),
    secrets: sealed ? { bytes: sealed.length, sha256: sha256Of(sealed) } : null,
    tables: parts,
  };
  const text = encodeManifest(manifest, secrets.tokenKey);
  await writeFile(path.join(draft, MANIFEST_FILE), text, { mode: 0o600 });
  return ok(manifest);
}

async function writeTable(
  draft: string,
  client: pg.Client,
  table: StoredTable,
): Promise<TablePart> {
  const copy = copyOut(client, `copy ${tableWithColumns(table)} to stdout`);
  const [rows, file] = [new Meter(), new Meter()];
  await pipeline(
    copy.bytes,
    rows,
    createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
    file,
    createWriteStream(path.join(draft, fileOf(table)), { flags: 'wx', mode: 0o600 }),
  );
  return {
    ...{ name: table.name, columns: [...table.columns], rows: copy.rows() },
    ...{ ...rows.result(), file: file.result() },
  };
}

/** Lets bytes through, and counts and hashes them. */
class Meter extends Transform {
  readonly #digest = createHash('sha256');
  #bytes = 0;

  override _transform(chunk: Buffer, _: unknown, done: (error: null, chunk: Buffer) => void) {
    this.#digest.update(chunk);
    this.#bytes += chunk.length;
    done(null, chunk);
  }

  result(): { readonly bytes: number; readonly sha256: string } {
    return { bytes: this.#bytes, sha256: this.#digest.digest('hex') };
  }
}

async function syncAll(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const handle = await open(path.join(folder, name), 'r+');
    await handle.sync().finally(() => handle.close());
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
