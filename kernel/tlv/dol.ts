import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { Tlv } from './ber.ts';
import { isConstructed, MAX_TAG_BYTES, readTag, tagLength } from './tag.ts';

/** How a value is written, which decides where a list cuts or fills it. Source: Book 3, 4.3. */
export type DolFormat = 'n' | 'cn' | 'b' | 'an' | 'ans';

/** One entry of a data object list. */
export interface DolEntry {
  readonly tag: string;
  readonly lengthBytes: number;
}

/** Why bytes are no data object list. */
export type DolErrorKind = 'tag-truncated' | 'tag-too-long' | 'tag-reserved' | 'length-truncated';

/**
 * Reads a data object list: tags with one-byte lengths, no values, no padding. Errors: see
 * `DolErrorKind`; `path` is the tag where it is known. Source: EMV 4.4 Book 3, 5.4.
 */
export function parseDol(bytes: Uint8Array): Result<readonly DolEntry[], Malformed<DolErrorKind>> {
  const entries: DolEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) return malformed('tag-reserved', '', at);
    const length = tagLength(bytes, at, bytes.length);
    if (length === 0) return malformed('tag-truncated', '', bytes.length);
    if (length > MAX_TAG_BYTES) return malformed('tag-too-long', '', at);
    const tag = readTag(bytes, at, length);
    const lengthBytes = bytes[at + length];
    if (lengthBytes === undefined) return malformed('length-truncated', tag, at + length);
    entries.push({ tag, lengthBytes });
    at += length + 1;
  }
  return ok(entries);
}

/**
 * Builds the values a list asks for, one after the other. What is not known, and any constructed
 * object, is zeros. A value that is too long loses its leftmost bytes when numeric and its
 * rightmost otherwise; one that is too short is filled with leading zeros when numeric, trailing FF
 * when compressed numeric, trailing zeros otherwise. What is written how is the caller's to say;
 * EMV's own data are in the dictionary's `dolFormat`. Source: EMV 4.4 Book 3, 5.4.
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
    const value = isConstructed(tag) ? undefined : lookUp(tag);
    if (value) place(built.subarray(at, at + lengthBytes), value, formatOf(tag));
    at += lengthBytes;
  }
  return built;
}

/**
 * Takes apart values that were laid one after the other as a list asks for, into objects again.
 * Nothing where the list is for another length. Source: EMV 4.4 Book 3, 5.4.
 */
export function splitDol(
  entries: readonly DolEntry[],
  values: Uint8Array,
): readonly Tlv[] | undefined {
  const total = entries.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  if (total !== values.length) return undefined;
  let at = 0;
  return entries.map(({ tag, lengthBytes }): Tlv => {
    const value = values.subarray(at, at + lengthBytes);
    at += lengthBytes;
    return { tag, value };
  });
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
