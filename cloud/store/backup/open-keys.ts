import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { errorCode } from '../database.ts';
import { readClearText } from '../key-file.ts';
import { parseSecrets } from '../secrets.ts';
import { isOwn, keyChecksOf, MANIFEST_FILE, type ReadManifest, SECRETS_FILE } from './manifest.ts';
import { openSealed, type SecretFiles } from './sealed-files.ts';
import { writeSecretFiles } from './secret-files.ts';

/** Why the keys of a backup cannot be had. */
export type KeysFault = Malformed<
  | 'no-secrets'
  | 'needs-passphrase'
  | 'bad-header'
  | 'wrong-passphrase'
  /** The keys that are there are sealed, and not under a master key that was given. */
  | 'wrong-master-key'
  | 'bad-value'
  | 'wrong-keys'
  | 'forged'
>;

const FILE = 'secrets.json';

/**
 * Sees to it that the data directory has the keys that this backup's rows were made with, from the
 * backup itself where it has none, and that they made its manifest.
 */
export async function openKeys(
  options: {
    readonly backupDir: string;
    readonly dataDir: string;
    readonly passphrase?: string | undefined;
  },
  read: ReadManifest,
): Promise<Result<undefined, KeysFault>> {
  const { dataDir } = options;
  let there: string | undefined;
  try {
    there = await readClearText(path.join(dataDir, FILE));
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') return malformed('wrong-master-key', FILE, 0);
  }
  const sealed = there === undefined ? await unseal(options, read) : undefined;
  if (sealed && !sealed.ok) return sealed;
  const secrets = parseSecrets(there ?? sealed?.value[FILE] ?? '');
  if (!secrets) return malformed('bad-value', FILE, 0);
  const expected = read.manifest.keyChecks;
  const wrong = Object.entries(keyChecksOf(secrets)).find(
    ([name, check]) => name in expected && expected[name] !== check,
  );
  if (wrong) return malformed('wrong-keys', `${FILE}: ${wrong[0]}`, 0);
  if (!isOwn(read, secrets.tokenKey)) return malformed('forged', MANIFEST_FILE, 0);
  if (sealed) await writeSecretFiles(dataDir, sealed.value);
  return ok(undefined);
}

async function unseal(
  options: { readonly backupDir: string; readonly passphrase?: string | undefined },
  { manifest }: ReadManifest,
): Promise<Result<SecretFiles, KeysFault>> {
  if (manifest.secrets === null) return malformed('no-secrets', FILE, 0);
  if (options.passphrase === undefined) return malformed('needs-passphrase', SECRETS_FILE, 0);
  const bytes = await readFile(path.join(options.backupDir, SECRETS_FILE));
  return openSealed(bytes, options.passphrase);
}
