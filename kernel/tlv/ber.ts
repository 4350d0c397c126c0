import { concatBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** A decoded object. `value` is a view into the input; `children` is there when constructed. */
export interface Tlv {
  /** Upper-case hex, for example `9F26`. */
  readonly tag: string;
  readonly value: Uint8Array;
  readonly children?: readonly Tlv[];
}

/** An object to encode: primitive with its value, or constructed from children. */
export type TlvInput =
  | { readonly tag: string; readonly value: Uint8Array }
  | { readonly tag: string; readonly children: readonly TlvInput[] };

/** Why bytes are not BER-TLV. */
export type TlvErrorKind =
  | 'tag-truncated'
  | 'tag-too-long'
  | 'length-truncated'
  | 'length-unsupported'
  | 'value-truncated'
  | 'too-deep';

type TlvResult<T> = Result<T, Malformed<TlvErrorKind>>;

const MAX_TAG_BYTES = 4;
const MAX_LENGTH_BYTES = 4;
const MAX_DEPTH = 16;

/**
 * Decodes a concatenation of BER-TLV objects. 00 bytes before, between and after objects carry no
 * meaning and are passed over; duplicates keep their order. Source: EMV 4.4 Book 3, Annex B.
 */
export function decodeTlv(bytes: Uint8Array): TlvResult<readonly Tlv[]> {
  return decodeObjects(bytes, { path: '', offset: 0, depth: 0 });
}

/** Encodes objects one after the other with the shortest lengths. Tags must be well-formed hex. */
export function encodeTlv(objects: readonly TlvInput[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const object of objects) {
    const value = 'value' in object ? object.value : encodeTlv(object.children);
    parts.push(hex(object.tag), encodeLength(value.length), value);
  }
  return concatBytes(...parts);
}

/** The first object with this tag, searched depth first. */
export function findTag(objects: readonly Tlv[], tag: string): Tlv | undefined {
  for (const object of objects) {
    if (object.tag === tag) return object;
    const inner = object.children && findTag(object.children, tag);
    if (inner) return inner;
  }
  return undefined;
}

interface Place {
  readonly path: string;
  /** Where `bytes` begins in the whole input. */
  readonly offset: number;
  readonly depth: number;
}

interface Header {
  readonly value: number;
  /** Where the next part begins. */
  readonly end: number;
}

function decodeObjects(bytes: Uint8Array, place: Place): TlvResult<readonly Tlv[]> {
  if (place.depth > MAX_DEPTH) return malformed('too-deep', place.path, place.offset);
  const objects: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    const tagEnd = readTagEnd(bytes, at, place);
    if (!tagEnd.ok) return tagEnd;
    const tag = encodeHex(bytes.subarray(at, tagEnd.value));
    const path = place.path === '' ? tag : `${place.path}.${tag}`;
    const length = readLength(bytes, tagEnd.value, path, place.offset);
    if (!length.ok) return length;
    const { value: lengthBytes, end: start } = length.value;
    const end = start + lengthBytes;
    if (end > bytes.length) return malformed('value-truncated', path, place.offset + start);
    const value = bytes.subarray(start, end);
    if (((bytes[at] ?? 0) & 0x20) === 0) {
      objects.push({ tag, value });
    } else {
      const inner = { path, offset: place.offset + start, depth: place.depth + 1 };
      const children = decodeObjects(value, inner);
      if (!children.ok) return children;
      objects.push({ tag, value, children: children.value });
    }
    at = end;
  }
  return ok(objects);
}

/** Where the tag that starts at `at` ends. Book 3, Annex B1. */
function readTagEnd(bytes: Uint8Array, at: number, place: Place): TlvResult<number> {
  if (((bytes[at] ?? 0) & 0x1f) !== 0x1f) return ok(at + 1);
  for (let end = at + 1; end < at + MAX_TAG_BYTES; end++) {
    const byte = bytes[end];
    if (byte === undefined) return malformed('tag-truncated', place.path, place.offset + end);
    if ((byte & 0x80) === 0) return ok(end + 1);
  }
  return malformed('tag-too-long', place.path, place.offset + at);
}

/** The length that starts at `at`. Book 3, Annex B2. */
function readLength(
  bytes: Uint8Array,
  at: number,
  path: string,
  offset: number,
): TlvResult<Header> {
  const first = bytes[at];
  if (first === undefined) return malformed('length-truncated', path, offset + at);
  if (first < 0x80) return ok({ value: first, end: at + 1 });
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES) {
    return malformed('length-unsupported', path, offset + at);
  }
  let value = 0;
  for (let i = 1; i <= count; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return malformed('length-truncated', path, offset + at + i);
    value = value * 256 + byte;
  }
  return ok({ value, end: at + 1 + count });
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}
