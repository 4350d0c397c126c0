import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { SECRETS_FILE } from './manifest.ts';

/** Files by their path below the data directory, with `/` between folders. */
export type SecretFiles = Readonly<Record<string, string>>;

/** A shorter passphrase is not taken. */
export const MIN_PASSPHRASE_LENGTH = 12;

/** 128 MiB and about half a second for each guess. Source: RFC 7914. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 1024 * 1024 };
const MAGIC = Buffer.from('TESSERA-SEALED-1');
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + SALT_BYTES + NONCE_BYTES;

/** Also where no other file may be written when they are opened: below the data directory. */
const FILES = z.record(z.string().regex(/^([a-z0-9-]+\/)*[a-z0-9-]+\.json$/), z.string());

/** Seals files under a passphrase: scrypt gives the key, AES-256-GCM enciphers. */
export function sealFiles(files: SecretFiles, passphrase: string): Uint8Array {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const header = Buffer.concat([MAGIC, salt, nonce]);
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce);
  cipher.setAAD(header);
  const text = JSON.stringify(FILES.parse(files));
  const sealed = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([header, ...sealed]);
}

/**
 * Opens sealed files. Errors: `bad-header`; `wrong-passphrase`, which is also what a change of the
 * bytes comes out as; `bad-value`.
 */
export function openSealed(
  bytes: Uint8Array,
  passphrase: string,
): Result<SecretFiles, Malformed<'bad-header' | 'wrong-passphrase' | 'bad-value'>> {
  const sealed = Buffer.from(bytes);
  const header = sealed.subarray(0, HEADER_BYTES);
  if (sealed.length < HEADER_BYTES + TAG_BYTES || !sealed.subarray(0, MAGIC.length).equals(MAGIC)) {
    return malformed('bad-header', SECRETS_FILE, 0);
  }
  const salt = header.subarray(MAGIC.length, MAGIC.length + SALT_BYTES);
  const nonce = header.subarray(MAGIC.length + SALT_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(header);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  let text: string;
  try {
    const clear = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES));
    text = Buffer.concat([clear, decipher.final()]).toString('utf8');
  } catch {
    return malformed('wrong-passphrase', SECRETS_FILE, HEADER_BYTES);
  }
  const files = FILES.safeParse(JSON.parse(text));
  return files.success ? ok(files.data) : malformed('bad-value', SECRETS_FILE, HEADER_BYTES);
}

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, SCRYPT);
}
