import { readFileSync, statSync } from 'node:fs';
import { SecretKey } from '#kernel/keys/secret-key.ts';

/** A file of keys, or the key it is sealed under, cannot be used; the message tells no key. */
export class KeyFault extends Error {}

/** What the files with keys are sealed under, and what they were sealed under before. */
export interface MasterKeys {
  /** AES, 32 bytes. */
  readonly current: SecretKey;
  readonly previous?: SecretKey | undefined;
}

/** Read once: a file descriptor gives its bytes once only. */
const known = new Map<string, SecretKey>();

/**
 * The master key, where one is given: `TESSERA_KEY`, 64 hex digits, or `TESSERA_KEY_FILE`, a file
 * with them, which may be a descriptor (`/dev/fd/3`); `TESSERA_PREVIOUS_KEY` and
 * `TESSERA_PREVIOUS_KEY_FILE` are the one before. `undefined` in development, where the files that
 * hold keys are protected by their permissions alone. Throws, without the key, what is wrong.
 */
export function findMasterKeys(
  env: Readonly<Record<string, string | undefined>> = process.env,
): MasterKeys | undefined {
  const current = keyFrom(env, 'TESSERA_KEY');
  const previous = keyFrom(env, 'TESSERA_PREVIOUS_KEY');
  if (!current && previous) throw new KeyFault('there is a previous key and no TESSERA_KEY');
  return current && { current, previous };
}

function keyFrom(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): SecretKey | undefined {
  const text = env[name];
  const file = env[`${name}_FILE`];
  if (text !== undefined && file !== undefined) throw new KeyFault(`${name} is given twice`);
  if (text !== undefined) return parseKey(text, name);
  if (file === undefined) return undefined;
  const key = known.get(file) ?? parseKey(readKeyFile(file), `${name}_FILE`);
  known.set(file, key);
  return key;
}

function parseKey(text: string, name: string): SecretKey {
  const key = SecretKey.parse(text.trim());
  if (key.ok && key.value.lengthBytes === 32) return key.value;
  throw new KeyFault(`${name} is no key of 64 hex digits`);
}

function readKeyFile(file: string): string {
  requirePrivate(file);
  return readFileSync(file, 'utf8');
}

/** Throws for a file that others than its owner may read or change; Windows has no such bits. */
export function requirePrivate(file: string): void {
  const stat = statSync(file);
  if (process.platform === 'win32' || !stat.isFile()) return;
  if ((stat.mode & 0o077) === 0) return;
  throw new KeyFault(`${file} is open to others than its owner: chmod 600 it`);
}
