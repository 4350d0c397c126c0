import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { tdesCipher } from './block-cipher.ts';
import { type DukptError, deriveTdesTransactionKey, deriveTdesWorkingKey } from './dukpt-tdes.ts';
import type { TdesKsn } from './ksn.ts';
import type { Pan } from './pan.ts';
import { decodePinBlock, encodePinBlock, type PinBlockError } from './pin-block.ts';
import type { SecretKey } from './secret-key.ts';

/** Why a PIN cannot be enciphered or deciphered. */
export type DukptPinError = DukptError | PinBlockError | Malformed<'bad-key-length'>;

/**
 * Enciphers a PIN as an ISO 9564-1 block of format 0, 8 bytes, under the PIN key that TDES DUKPT
 * makes of the initial key for this KSN. Source: ANSI X9.24-1:2009, annex A.
 */
export function encipherDukptPin(
  pin: string,
  pan: Pan,
  initialKey: SecretKey,
  ksn: TdesKsn,
): Result<Uint8Array, DukptPinError> {
  const block = encodePinBlock({ format: 0, pin, pan });
  if (!block.ok) return block;
  const cipher = pinCipher(initialKey, ksn);
  return cipher.ok ? ok(cipher.value.encrypt(block.value)) : cipher;
}

/**
 * Reads the PIN of a block that was so enciphered. A wrong key, KSN or PAN shows as an error of the
 * block, or as another PIN.
 */
export function decipherDukptPin(
  block: Uint8Array,
  pan: Pan,
  initialKey: SecretKey,
  ksn: TdesKsn,
): Result<string, DukptPinError> {
  if (block.length !== 8) return malformed('bad-block-length', 'block', block.length);
  const cipher = pinCipher(initialKey, ksn);
  return cipher.ok ? decodePinBlock(0, cipher.value.decrypt(block), pan) : cipher;
}

function pinCipher(initialKey: SecretKey, ksn: TdesKsn) {
  const key = deriveTdesTransactionKey(initialKey, ksn);
  const working = key.ok ? deriveTdesWorkingKey(key.value, 'pin') : key;
  return working.ok ? tdesCipher(working.value) : working;
}
