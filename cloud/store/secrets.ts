import { createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { hex } from '#kernel/bytes/hex.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';

/**
 * The keys of this cloud. They are in one file only its owner may read, sealed where there is a
 * master key, and nowhere else.
 */
export interface Secrets {
  /** The issuer simulator's, for application cryptograms; 16 bytes. */
  readonly issuerMasterKey: SecretKey;
  /** The same, for issuer scripts; 16 bytes. */
  readonly scriptMasterKey: SecretKey;
  /** The same, the pair of PIN verification keys; 16 bytes. */
  readonly pinVerificationKey: SecretKey;
  /** Turns a PAN into its token, and a message into its fingerprint; 32 bytes. */
  readonly tokenKey: Uint8Array;
  /** What keys are stored under in the database: AES, 32 bytes. */
  readonly keyProtectionKey: SecretKey;
}

const HEX_KEY = (bytes: number) => z.string().regex(new RegExp(`^[0-9A-Fa-f]{${bytes * 2}}$`));
const SHAPE = z.object({
  issuerMasterKeyHex: HEX_KEY(16),
  tokenKeyHex: HEX_KEY(32),
  // Absent in a file of before there was one.
  keyProtectionKeyHex: HEX_KEY(32).optional(),
  scriptMasterKeyHex: HEX_KEY(16).optional(),
  pinVerificationKeyHex: HEX_KEY(16).optional(),
});
const WHOLE = SHAPE.required();

/** Reads `secrets.json` of the data directory, or makes it with new keys. */
export async function openSecrets(dataDir: string): Promise<Secrets> {
  const file = path.join(dataDir, 'secrets.json');
  const stored = await readKeyFile(file, SHAPE);
  const keys = {
    issuerMasterKeyHex: stored?.issuerMasterKeyHex ?? randomBytes(16).toString('hex'),
    tokenKeyHex: stored?.tokenKeyHex ?? randomBytes(32).toString('hex'),
    keyProtectionKeyHex: stored?.keyProtectionKeyHex ?? randomBytes(32).toString('hex'),
    scriptMasterKeyHex: stored?.scriptMasterKeyHex ?? randomBytes(16).toString('hex'),
    pinVerificationKeyHex: stored?.pinVerificationKeyHex ?? randomBytes(16).toString('hex'),
  };
  if (!isDeepStrictEqual(stored, keys)) await writeKeyFile(file, keys);
  return secretsOf(keys);
}

/** The keys of a `secrets.json` that has all of them; `undefined` when it is anything else. */
export function parseSecrets(text: string): Secrets | undefined {
  try {
    return secretsOf(WHOLE.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

function secretsOf(keys: z.infer<typeof WHOLE>): Secrets {
  return {
    issuerMasterKey: new SecretKey(hex(keys.issuerMasterKeyHex)),
    tokenKey: hex(keys.tokenKeyHex),
    keyProtectionKey: new SecretKey(hex(keys.keyProtectionKeyHex)),
    scriptMasterKey: new SecretKey(hex(keys.scriptMasterKeyHex)),
    pinVerificationKey: new SecretKey(hex(keys.pinVerificationKeyHex)),
  };
}

/** What stands for a PAN in the database: HMAC-SHA256 under the token key, hex. */
export function tokenOf(pan: string, tokenKey: Uint8Array): string {
  return createHmac('sha256', tokenKey).update(`pan:${pan}`).digest('hex');
}

/**
 * What tells one message from another in the database: HMAC-SHA256 under the token key, hex. A bare
 * hash would let a reader of the database search for the PAN inside.
 */
export function fingerprintOf(message: Uint8Array, tokenKey: Uint8Array): string {
  return createHmac('sha256', tokenKey).update('message:').update(message).digest('hex');
}

/** First six and last four digits, the rest masked. */
export function maskPan(pan: string): string {
  return `${pan.slice(0, 6)}${'*'.repeat(Math.max(pan.length - 10, 0))}${pan.slice(-4)}`;
}
