import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { digestsOf } from '../migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import {
  fileOf,
  MANIFEST_FILE,
  parseManifest,
  type ReadManifest,
  SECRETS_FILE,
} from './manifest.ts';

/** Why a backup is not to be relied on; `path` names its file, `offset` counts bytes in it. */
export type BackupDamage = Malformed<
  | 'missing'
  | 'not-json'
  | 'bad-value'
  | 'digest-mismatch'
  | 'truncated'
  | 'trailing-bytes'
  | 'newer-schema'
  | 'other-schema'
>;

/** A larger manifest is not read: one has a line or so for each column. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Reads all of a backup and compares it with its manifest. That the rows can be taken by a database
 * is shown by restoring it alone. Errors: `BackupDamage`.
 */
export async function checkBackup(folder: string): Promise<Result<ReadManifest, BackupDamage>> {
  const manifestFile = path.join(folder, MANIFEST_FILE);
  const size = await sizeOf(manifestFile);
  if (size === undefined) return malformed('missing', MANIFEST_FILE, 0);
  if (size > MAX_MANIFEST_BYTES) return malformed('bad-value', MANIFEST_FILE, MAX_MANIFEST_BYTES);
  const read = parseManifest(await readFile(manifestFile, 'utf8'));
  if (!read.ok) return read;
  const { migrations, secrets, tables } = read.value.manifest;
  const digests = await digestsOf(MIGRATIONS);
  for (const { name, sha256 } of migrations) {
    const known = digests.get(name);
    if (known === undefined) return malformed('newer-schema', `migrations.${name}`, 0);
    if (known !== sha256) return malformed('other-schema', `migrations.${name}`, 0);
  }
  const files = tables.map((table) => ({ name: fileOf(table), ...table.file }));
  if (secrets) files.push({ name: SECRETS_FILE, ...secrets });
  for (const file of files) {
    const fault = await faultOf(folder, file);
    if (fault) return { ok: false, error: fault };
  }
  return ok(read.value);
}

async function faultOf(
  folder: string,
  expected: { readonly name: string; readonly bytes: number; readonly sha256: string },
): Promise<BackupDamage | undefined> {
  const { name } = expected;
  const size = await sizeOf(path.join(folder, name));
  if (size === undefined) return { kind: 'missing', path: name, offset: 0 };
  if (size < expected.bytes) return { kind: 'truncated', path: name, offset: size };
  if (size > expected.bytes) {
    return { kind: 'trailing-bytes', path: name, offset: expected.bytes };
  }
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path.join(folder, name))) digest.update(chunk);
  if (digest.digest('hex') === expected.sha256) return undefined;
  return { kind: 'digest-mismatch', path: name, offset: 0 };
}

/** `undefined` where there is no such file. */
function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    (status) => (status.isFile() ? status.size : undefined),
    () => undefined,
  );
}
