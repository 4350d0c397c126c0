import { type Malformed, malformed, ok, type Result } from './result.ts';

/**
 * Writes decimal digits two a byte. An odd count gets a zero nibble on the side `pad` names.
 * Throws on anything that is not a digit.
 */
export function encodeBcd(digits: string, pad: 'left' | 'right' = 'left'): Uint8Array {
  if (!/^\d*$/.test(digits)) throw new RangeError('BCD takes decimal digits only');
  const even = digits.length % 2 === 0 ? digits : pad === 'left' ? `0${digits}` : `${digits}0`;
  const bytes = new Uint8Array(even.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (even.charCodeAt(2 * i) - 48) * 16 + even.charCodeAt(2 * i + 1) - 48;
  }
  return bytes;
}

/** Writes a non-negative amount as BCD of `lengthBytes`. Throws when it does not fit. */
export function encodeBcdAmount(amount: bigint, lengthBytes: number): Uint8Array {
  const digits = amount.toString().padStart(lengthBytes * 2, '0');
  if (amount < 0n || digits.length > lengthBytes * 2) throw new RangeError('amount does not fit');
  return encodeBcd(digits);
}

/** Reads two digits a byte. Error: `bad-digit`, at the byte that holds it. */
export function decodeBcd(bytes: Uint8Array): Result<string, Malformed<'bad-digit'>> {
  let digits = '';
  for (const [i, byte] of bytes.entries()) {
    if (byte >> 4 > 9 || (byte & 15) > 9) return malformed('bad-digit', '', i);
    digits += String.fromCharCode(48 + (byte >> 4), 48 + (byte & 15));
  }
  return ok(digits);
}
