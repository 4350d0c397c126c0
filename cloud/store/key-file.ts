import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { findMasterKeys, KeyFault, type MasterKeys, requirePrivate } from './master-key.ts';
import {
  parseJson,
  readPrivateJson,
  textOfJson,
  writePrivateFile,
  writePrivateJson,
} from './private-file.ts';

/** The files of keys in a cloud's data directory. */
const KEY_FILES = ['secrets.json', 'authority.json', 'server.json'];
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = z.strictObject({ sealed: z.base64(), key: z.string() });

/**
 * Reads a file of keys, as `readPrivateJson` does. Under a master key it is sealed (AES-256-GCM,
 * its name is authenticated with it); one that was in the clear, or under the key before, is sealed
 * anew at once. Throws when others may read it, or when it opens under no key that is given.
 */
export async function readKeyFile<T>(file: string, shape: z.ZodType<T>): Promise<T | undefined> {
  const keys = findMasterKeys();
  const stored = await readPrivateJson(file, z.unknown());
  if (stored === undefined) return undefined;
  requirePrivate(file);
  const sealed = SEALED.safeParse(stored);
  const name = path.basename(file);
  const value = sealed.success ? unseal(name, sealed.data, keys) : stored;
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new KeyFault(`${name} is damaged (${where})`);
  }
  const isCurrent = sealed.success && sealed.data.key === (keys && nameOf(keys.current));
  if (keys && !isCurrent) await writeKeyFile(file, value);
  return parsed.data;
}

/**
 * The text of a file as it is in the clear, sealed or not; the file is left as it is. Rejects with
 * the system's error, or when it opens under no key that is given.
 */
export async function readClearText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const sealed = SEALED.safeParse(parseJson(text));
  if (!sealed.success) return text;
  return textOfJson(unseal(path.basename(file), sealed.data, findMasterKeys()));
}

/** Puts such a text back: sealed, where there is a master key and it is a file of keys. */
export async function writeClearText(file: string, text: string): Promise<void> {
  if (!KEY_FILES.includes(path.basename(file))) return writePrivateFile(file, text);
  await writeKeyFile(file, parseJson(text));
}

/** Writes a file of keys, as `writePrivateJson` does; sealed, where there is a master key. */
export async function writeKeyFile(file: string, value: unknown): Promise<void> {
  const keys = findMasterKeys();
  await writePrivateJson(file, keys ? seal(path.basename(file), value, keys.current) : value);
}

function seal(name: string, value: unknown, key: SecretKey): z.infer<typeof SEALED> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.reveal(), nonce).setAAD(Buffer.from(name));
  const body = [cipher.update(JSON.stringify(value), 'utf8'), cipher.final()];
  const sealed = Buffer.concat([nonce, ...body, cipher.getAuthTag()]).toString('base64');
  return { sealed, key: nameOf(key) };
}

function unseal(
  name: string,
  { sealed, key: keyName }: z.infer<typeof SEALED>,
  keys: MasterKeys | undefined,
): unknown {
  if (!keys)
    throw new KeyFault(`${name} is sealed, and there is no TESSERA_KEY or TESSERA_KEY_FILE`);
  const key = [keys.current, keys.previous].find((each) => each && nameOf(each) === keyName);
  if (!key) throw new KeyFault(`${name} is sealed under another key`);
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key.reveal(), nonce).setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const clear = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return JSON.parse(Buffer.concat([clear, decipher.final()]).toString('utf8'));
  } catch {
    throw new KeyFault(`${name} is damaged (its seal)`);
  }
}

/** What a key is called: it tells nothing of it. */
function nameOf(key: SecretKey): string {
  return createHmac('sha256', key.reveal()).update('tessera master key').digest('hex').slice(0, 16);
}
