import { concatBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import { retailMac } from './mac.ts';
import type { SecretKey } from './secret-key.ts';

/**
 * The initial vector of a track (IVCVC3), 2 bytes: the last of a MAC over its static data. `key` is
 * the card's key for dynamic CVC3, 16 bytes. Source: publicly described (kernel 2, magnetic
 * stripe).
 */
export function computeIvCvc3(
  key: SecretKey,
  trackData: Uint8Array,
): Result<Uint8Array, KeyLengthError> {
  const mac = retailMac(key, trackData, 2);
  return mac.ok ? ok(mac.value.subarray(6)) : mac;
}

/**
 * The dynamic CVC3 of one tap, 2 bytes, over the initial vector (2 bytes), the unpredictable number
 * (4) and the ATC (2). Source: publicly described (kernel 2, COMPUTE CRYPTOGRAPHIC CHECKSUM).
 */
export function computeCvc3(
  key: SecretKey,
  ivCvc3: Uint8Array,
  unpredictableNumber: Uint8Array,
  atc: Uint8Array,
): Result<Uint8Array, KeyLengthError | Malformed<'bad-iv' | 'bad-un' | 'bad-atc'>> {
  if (key.lengthBytes !== 16) return malformed('bad-key-length', 'key', 0);
  if (ivCvc3.length !== 2) return malformed('bad-iv', 'ivCvc3', ivCvc3.length);
  if (unpredictableNumber.length !== 4) return malformed('bad-un', 'un', 0);
  if (atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  const block = concatBytes(ivCvc3, unpredictableNumber, atc);
  return ok(tdesCipherOf(key.reveal()).encrypt(block).subarray(6));
}
