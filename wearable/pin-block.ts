import { encodeHex } from '#kernel/bytes/hex.ts';

/**
 * The digits in a PIN block of format 2 (8 bytes): control 2, length, 4 to 12 digits, filling F.
 * Undefined for any other block. Source: EMV 4.4 Book 3, 6.5.12, table 26; ISO 9564-1.
 */
export function pinOfBlock(block: Uint8Array): string | undefined {
  const text = encodeHex(block);
  const length = Number.parseInt(text.charAt(1), 16);
  const digits = text.slice(2, 2 + length);
  const isBlock =
    text.length === 16 &&
    text.startsWith('2') &&
    length >= 4 &&
    length <= 12 &&
    /^\d+$/.test(digits) &&
    /^F*$/.test(text.slice(2 + length));
  return isBlock ? digits : undefined;
}
