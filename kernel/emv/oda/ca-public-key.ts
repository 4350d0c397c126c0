import { sha1 } from '@noble/hashes/legacy.js';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import { isAfter, type TransactionDate } from './dates.ts';
import type { OdaFault } from './fault.ts';

/** An RSA public key; big-endian. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** A certification authority's key. */
export interface CaPublicKey extends RsaPublicKey {
  /** 5 bytes. */
  readonly rid: Uint8Array;
  readonly index: number;
  /** The last day of use, YYMMDD; none when the authority states none. */
  readonly expiry?: TransactionDate;
}

/** The SHA-1 that a CA public key is published with, 20 bytes. Source: EMV 4.4 Book 2, 11.2.2. */
export function caPublicKeyChecksum(key: CaPublicKey): Uint8Array {
  return sha1(concatBytes(key.rid, Uint8Array.of(key.index), key.modulus, key.exponent));
}

/**
 * The key of this RID and index, not expired on `date`. Errors: `ca-key-missing`, `ca-key-expired`.
 * Source: EMV 4.4 Book 2, 5.2 and 11.2.
 */
export function findCaPublicKey(
  keys: readonly CaPublicKey[],
  rid: Uint8Array,
  index: number,
  date: TransactionDate,
): Result<CaPublicKey, OdaFault> {
  const key = keys.find((one) => one.index === index && equalBytes(one.rid, rid));
  if (!key) return malformed('ca-key-missing', '8F', 0);
  if (key.expiry !== undefined && isAfter(date, key.expiry)) {
    return malformed('ca-key-expired', '8F', 0);
  }
  return ok(key);
}
