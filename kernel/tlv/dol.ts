import { encodeHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** One entry of a data object list. */
export interface DolEntry {
  readonly tag: string;
  readonly lengthBytes: number;
}

/** How the value of a data object is laid out, which decides where it is cut or filled. */
export type DolFormat = 'n' | 'cn' | 'b' | 'an' | 'ans';

/** Reads a data object list: tags with one-byte lengths, no values. Source: Book 3, 5.4. */
export function parseDol(
  bytes: Uint8Array,
): Result<readonly DolEntry[], Malformed<'tag-truncated' | 'tag-too-long' | 'length-truncated'>> {
  const entries: DolEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    let end = at + 1;
    if (((bytes[at] ?? 0) & 0x1f) === 0x1f) {
      while (((bytes[end] ?? 0) & 0x80) !== 0) end += 1;
      end += 1;
    }
    if (end > bytes.length) return malformed('tag-truncated', '', bytes.length);
    if (end - at > 4) return malformed('tag-too-long', '', at);
    const tag = encodeHex(bytes.subarray(at, end));
    const lengthBytes = bytes[end];
    if (lengthBytes === undefined) return malformed('length-truncated', tag, end);
    entries.push({ tag, lengthBytes });
    at = end + 1;
  }
  return ok(entries);
}

/**
 * Builds the values a list asks for. What is not known is zeros; a value that is too long loses its
 * leftmost bytes when numeric and its rightmost otherwise; one that is too short is filled with
 * leading zeros when numeric, trailing FF when compressed numeric, trailing zeros otherwise.
 * Source: EMV 4.4 Book 3, 5.4.
 */
export function buildDol(
  entries: readonly DolEntry[],
  lookUp: (tag: string) => Uint8Array | undefined,
  formatOf: (tag: string) => DolFormat,
): Uint8Array {
  const total = entries.reduce((sum, entry) => sum + entry.lengthBytes, 0);
  const built = new Uint8Array(total);
  let at = 0;
  for (const { tag, lengthBytes } of entries) {
    const value = lookUp(tag);
    if (value) place(built.subarray(at, at + lengthBytes), value, formatOf(tag));
    at += lengthBytes;
  }
  return built;
}

function place(target: Uint8Array, value: Uint8Array, format: DolFormat): void {
  const spare = target.length - value.length;
  if (format === 'n') {
    target.set(spare >= 0 ? value : value.subarray(-spare), Math.max(spare, 0));
    return;
  }
  if (format === 'cn') target.fill(0xff);
  target.set(spare >= 0 ? value : value.subarray(0, target.length));
}
