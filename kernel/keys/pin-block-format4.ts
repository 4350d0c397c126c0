import { xorBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { malformed, ok, type Result } from '../bytes/result.ts';
import { aesCipher, type KeyLengthError } from './block-cipher.ts';
import type { Pan } from './pan.ts';
import { checkPin, type PinBlockError, readPin } from './pin-block.ts';
import type { SecretKey } from './secret-key.ts';

const HALF_DIGITS = 16;

/**
 * Makes an enciphered PIN block of format 4: 16 bytes. `fill` is 8 random bytes, `key` an AES key.
 * Source: ISO 9564-1:2017, 9.4.2.
 */
export function encipherPinBlock(
  pin: string,
  pan: Pan,
  fill: Uint8Array,
  key: SecretKey,
): Result<Uint8Array, PinBlockError | KeyLengthError> {
  const checked = checkPin(pin);
  if (!checked.ok) return checked;
  if (fill.length !== 8) return malformed('bad-fill', 'fill', fill.length);
  const cipher = aesCipher(key);
  if (!cipher.ok) return cipher;
  const head = `4${pin.length.toString(16)}${pin}`.padEnd(HALF_DIGITS, 'A');
  const first = cipher.value.encrypt(hex(head + encodeHex(fill)));
  return ok(cipher.value.encrypt(xorBytes(first, panField(pan))));
}

/** Reads an enciphered PIN block of format 4; a wrong key or PAN shows as any of the errors. */
export function decipherPinBlock(
  block: Uint8Array,
  pan: Pan,
  key: SecretKey,
): Result<string, PinBlockError | KeyLengthError> {
  if (block.length !== 16) return malformed('bad-block-length', 'block', block.length);
  const cipher = aesCipher(key);
  if (!cipher.ok) return cipher;
  const first = xorBytes(cipher.value.decrypt(block), panField(pan));
  const digits = encodeHex(cipher.value.decrypt(first));
  if (digits[0] !== '4') return malformed('bad-control', 'block', 0);
  return readPin(digits, /^A*$/);
}

/** How many digits over twelve, the PAN, zeros. 9.4.2.3. */
function panField(pan: Pan): Uint8Array {
  const digits = pan.padStart(12, '0');
  return hex(`${digits.length - 12}${digits}`.padEnd(2 * HALF_DIGITS, '0'));
}
