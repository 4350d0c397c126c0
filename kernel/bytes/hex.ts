import { type Malformed, malformed, ok, type Result } from './result.ts';

const DIGITS = '0123456789ABCDEF';

/** The two digits of every byte. */
const HEX_OF_BYTE: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `${DIGITS.charAt(byte >> 4)}${DIGITS.charAt(byte & 15)}`,
);

/** The value of each digit by its character code, -1 for every other character below 128. */
const VALUE_OF_DIGIT = Int8Array.from({ length: 128 }, (_, code) =>
  DIGITS.indexOf(String.fromCharCode(code).toUpperCase()),
);

/** Writes bytes as upper-case hex, two digits a byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += HEX_OF_BYTE[bytes[i] ?? 0];
  return text;
}

/** Reads hex of either case. Errors: `odd-length`, `bad-digit` (offset counts characters). */
export function parseHex(text: string): Result<Uint8Array, Malformed<'odd-length' | 'bad-digit'>> {
  const bytes = new Uint8Array(text.length >> 1);
  const bad = writeHex(text, bytes, 0);
  if (bad >= 0) return malformed('bad-digit', '', bad);
  return text.length % 2 === 0 ? ok(bytes) : malformed('odd-length', '', text.length);
}

/**
 * Writes the bytes of hex digits of either case at `start` of `target`, and says which character is
 * none, -1 where all are. A digit too many is looked at, but not written.
 */
export function writeHex(text: string, target: Uint8Array, start: number): number {
  for (let i = 0; i < text.length; i += 2) {
    const high = VALUE_OF_DIGIT[text.charCodeAt(i)] ?? -1;
    if (high < 0) return i;
    if (i + 1 === text.length) break;
    const low = VALUE_OF_DIGIT[text.charCodeAt(i + 1)] ?? -1;
    if (low < 0) return i + 1;
    target[start + (i >> 1)] = (high << 4) | low;
  }
  return -1;
}

/** Reads hex that the program itself wrote, such as a constant. Throws on anything else. */
export function hex(text: string): Uint8Array {
  const parsed = parseHex(text);
  if (!parsed.ok) throw new Error(`not hex: ${parsed.error.kind} at ${parsed.error.offset}`);
  return parsed.value;
}
