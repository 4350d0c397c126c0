import { sha1 } from '@noble/hashes/legacy.js';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';
import type { RsaPublicKey } from './ca-public-key.ts';
import type { OdaFault } from './fault.ts';

const HEADER = 0x6a;
const TRAILER = 0xbc;
const SHA_1 = 0x01;
const HASH_BYTES = 20;

/** What all signed objects of the books share: where they differ, by tag. */
export interface SignedLayout {
  /** Tag, for the path of a fault. */
  readonly tag: string;
  /** The byte after the header. */
  readonly format: number;
  /** Where the hash algorithm indicator is. */
  readonly hashAlgorithmAt: number;
  /** Where the part of variable length begins. */
  readonly bodyAt: number;
}

/** Recovered data whose header, format and trailer are right; its hash is not yet compared. */
export interface RecoveredData {
  readonly layout: SignedLayout;
  readonly bytes: Uint8Array;
  /** From `bodyAt` up to the hash. */
  readonly body: Uint8Array;
}

/**
 * Recovers a certificate or a signature and checks its frame, in the order of the book. Errors:
 * `length`, `not-recoverable`, `trailer`, `header`, `format`. Source: EMV 4.4 Book 2, 5.3, 5.4,
 * 6.4, 6.5.2 and 6.6.2, steps 1 to 4 of each, and A2.1.3.
 */
export function recoverSigned(
  rsa: RsaRecovery,
  key: RsaPublicKey,
  signed: Uint8Array,
  layout: SignedLayout,
): Result<RecoveredData, OdaFault> {
  const { tag, bodyAt } = layout;
  const hashAt = key.modulus.length - HASH_BYTES - 1;
  if (signed.length !== key.modulus.length || hashAt < bodyAt) return malformed('length', tag, 0);
  const bytes = rsa.recover(key.modulus, key.exponent, signed);
  if (!bytes) return malformed('not-recoverable', tag, 0);
  if (bytes.at(-1) !== TRAILER) return malformed('trailer', tag, bytes.length - 1);
  if (bytes[0] !== HEADER) return malformed('header', tag, 0);
  if (bytes[1] !== layout.format) return malformed('format', tag, 1);
  return ok({ layout, bytes, body: bytes.subarray(bodyAt, hashAt) });
}

/**
 * Compares the hash in recovered data with that over all from the format to the body and then
 * `rest`. Errors: `hash-algorithm`, `hash`. Source: EMV 4.4 Book 2, steps 5 to 7 of the same
 * sections; B3.1 for the algorithm, which is SHA-1 for every RSA signature.
 */
export function checkHash(
  { layout, bytes }: RecoveredData,
  ...rest: readonly Uint8Array[]
): Result<undefined, OdaFault> {
  const { tag, hashAlgorithmAt } = layout;
  const hashAt = bytes.length - HASH_BYTES - 1;
  if (bytes[hashAlgorithmAt] !== SHA_1) return malformed('hash-algorithm', tag, hashAlgorithmAt);
  const computed = sha1(concatBytes(bytes.subarray(1, hashAt), ...rest));
  const stated = bytes.subarray(hashAt, -1);
  return equalBytes(computed, stated) ? ok(undefined) : malformed('hash', tag, hashAt);
}
