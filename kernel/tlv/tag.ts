import { encodeHex, parseHex } from '../bytes/hex.ts';

/** How many bytes a tag has at most. EMV itself uses up to three; ISO/IEC 7816-4 allows no more. */
export const MAX_TAG_BYTES = 4;

/**
 * How many bytes the tag that begins at `start` has: 1 to 4; more than 4 where it is longer; 0
 * where `end` comes before its last byte. Source: EMV 4.4 Book 3, Annex B1.
 */
export function tagLength(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return 0;
  if (((bytes[start] ?? 0) & 0x1f) !== 0x1f) return 1;
  for (let length = 2; length <= MAX_TAG_BYTES; length++) {
    if (start + length > end) return 0;
    if (((bytes[start + length - 1] ?? 0) & 0x80) === 0) return length;
  }
  return MAX_TAG_BYTES + 1;
}

/** Whether a text is a tag in upper-case hex. 00 is none: it is padding. */
export function isTag(text: string): boolean {
  const parsed = parseHex(text);
  if (!parsed.ok || parsed.value[0] === 0) return false;
  const { length } = parsed.value;
  return (
    length > 0 &&
    length <= MAX_TAG_BYTES &&
    tagLength(parsed.value, 0, length) === length &&
    readTag(parsed.value, 0, length) === text
  );
}

/** The text of the tag at these bytes. Those of one and two bytes are made once. */
export function readTag(bytes: Uint8Array, start: number, length: number): string {
  const first = bytes[start] ?? 0;
  if (length === 1) return ONE_BYTE_TAGS[first] ?? '';
  if (length === 2) {
    return TWO_BYTE_TAGS[((first >> 5) << 7) | (bytes[start + 1] ?? 0)] ?? '';
  }
  return encodeHex(bytes.subarray(start, start + length));
}

/** Whether the value of objects with this tag is made of objects. Source: Book 3, Annex B1. */
export function isConstructed(tag: string): boolean {
  return (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
}

const ONE_BYTE_TAGS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  encodeHex(Uint8Array.of(byte)),
);

/** By the three high bits of the first byte and the seven low ones of the second. */
const TWO_BYTE_TAGS: readonly string[] = Array.from({ length: 1024 }, (_, i) =>
  encodeHex(Uint8Array.of(((i >> 7) << 5) | 0x1f, i & 0x7f)),
);
