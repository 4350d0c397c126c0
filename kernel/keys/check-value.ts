import { equalBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { aesCipher, tdesCipher } from './block-cipher.ts';
import { cmac } from './mac.ts';
import type { SecretKey } from './secret-key.ts';

/** How a check value is made: zeros enciphered with TDES, or a CMAC over zeros with AES. */
export type CheckValueAlgorithm = 'tdes' | 'aes-cmac';

/** Why there is no check value. */
export type CheckValueError = Malformed<'bad-key-length' | 'bad-check-value-length'>;

/**
 * The leftmost bytes of what a key makes of a block of zeros, to compare keys without showing them.
 * Sources: ANSI X9.24-1:2017, annex A (TDES, commonly 3 bytes); X9.24-3:2017, 6.4 (AES, 5 bytes).
 */
export function computeCheckValue(
  algorithm: CheckValueAlgorithm,
  key: SecretKey,
  lengthBytes: number,
): Result<Uint8Array, CheckValueError> {
  const cipher = algorithm === 'tdes' ? tdesCipher(key) : aesCipher(key);
  if (!cipher.ok) return cipher;
  const { blockBytes } = cipher.value;
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > blockBytes) {
    return malformed('bad-check-value-length', 'lengthBytes', 0);
  }
  const zeros = new Uint8Array(blockBytes);
  const block = algorithm === 'tdes' ? cipher.value.encrypt(zeros) : cmac(cipher.value, zeros);
  return ok(block.subarray(0, lengthBytes));
}

/** Checks a key against its check value. Error besides: `check-value-mismatch`. */
export function verifyCheckValue(
  algorithm: CheckValueAlgorithm,
  key: SecretKey,
  checkValue: Uint8Array,
): Result<true, CheckValueError | Malformed<'check-value-mismatch'>> {
  const expected = computeCheckValue(algorithm, key, checkValue.length);
  if (!expected.ok) return expected;
  if (equalBytes(expected.value, checkValue)) return ok(true);
  return malformed('check-value-mismatch', 'checkValue', 0);
}
