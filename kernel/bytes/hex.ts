import { type Malformed, malformed, ok, type Result } from './result.ts';

const HEX_DIGITS = '0123456789ABCDEF';

/** Writes bytes as upper-case hex, two digits a byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (HEX_DIGITS[byte >> 4] ?? '') + (HEX_DIGITS[byte & 15] ?? '');
  return text;
}

/** Reads hex of either case. Errors: `odd-length`, `bad-digit` (offset counts characters). */
export function parseHex(text: string): Result<Uint8Array, Malformed<'odd-length' | 'bad-digit'>> {
  const bad = text.search(/[^0-9A-Fa-f]/);
  if (bad >= 0) return malformed('bad-digit', '', bad);
  if (text.length % 2 !== 0) return malformed('odd-length', '', text.length);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return ok(bytes);
}

/** Reads hex that the program itself wrote, such as a constant. Throws on anything else. */
export function hex(text: string): Uint8Array {
  const parsed = parseHex(text);
  if (!parsed.ok) throw new Error(`not hex: ${parsed.error.kind} at ${parsed.error.offset}`);
  return parsed.value;
}
