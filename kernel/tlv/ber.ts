import { fail, type Malformed, ok, type Result } from '../bytes/result.ts';
import { MAX_TAG_BYTES, readTag, tagLength } from './tag.ts';
import { encodedLength, writeObjects } from './writer.ts';

/** A decoded object. Every value is a view into the input; nothing is copied. */
export interface Tlv {
  /** Upper-case hex, for example `9F26`. */
  readonly tag: string;
  /** The bytes of the value as they stood, those of a template with all that is in it. */
  readonly value: Uint8Array;
  /** There when the object is constructed, be it with none. */
  readonly children?: readonly Tlv[] | undefined;
  /** How many bytes its length took after the first: 0 in the short form, 1 to 4 in the long. */
  readonly lengthOctets?: number | undefined;
  /** The padding ahead of it, where there was any. */
  readonly paddingBefore?: Uint8Array | undefined;
  /** The padding after it, on the last of its level only. */
  readonly paddingAfter?: Uint8Array | undefined;
}

/**
 * Which bytes carry no meaning where a tag could begin: none, 00 as EMV has it, or 00 and FF as
 * ISO/IEC 7816-4 has it, which rules out the tags that begin with FF.
 */
export type TlvPadding = 'none' | '00' | '00-ff';

/** What a decoder lets pass. */
export interface TlvLimits {
  /**
   * `00` unless told. Not `00-ff`: kernels 2 and 8 and readers have tags such as FF8105, and FF
   * behind a record is a damaged record to the published tests.
   */
  readonly padding?: TlvPadding;
  /** How many templates may lie in one another; 16 unless told, at most 64. */
  readonly maxDepth?: number;
  /** How long the input may be, in bytes; 1 MiB unless told. */
  readonly maxBytes?: number;
}

/** Why bytes are not BER-TLV. */
export type TlvErrorKind =
  | 'tag-truncated'
  | 'tag-too-long'
  | 'tag-reserved'
  | 'length-truncated'
  | 'length-unsupported'
  | 'value-truncated'
  | 'too-deep'
  | 'too-large';

/** Why and where bytes are not BER-TLV. */
export interface TlvError extends Malformed<TlvErrorKind> {
  /** What had been decoded before the fault; the template it lies in holds what came first. */
  readonly decoded: readonly Tlv[];
}

const MAX_LENGTH_BYTES = 4;
const MAX_DEPTH = 16;
const MAX_BYTES = 1 << 20;
/** More than this, and the stack of whoever embeds the kernel would be the limit. */
const HARD_MAX_DEPTH = 64;

/**
 * Decodes a concatenation of BER-TLV objects; duplicates and unknown tags stay, in their order.
 * Definite lengths only, minimal or not. Throws when `maxDepth` is above 64. Errors: see
 * `TlvErrorKind`; `path` is the tags from the outermost in (`6F.A5.BF0C`), `offset` the byte.
 * What a tag's value should look like is not checked. Source: EMV 4.4 Book 3, Annex B.
 */
export function decodeTlv(
  bytes: Uint8Array,
  limits: TlvLimits = {},
): Result<readonly Tlv[], TlvError> {
  const { padding = '00', maxDepth = MAX_DEPTH, maxBytes = MAX_BYTES } = limits;
  if (maxDepth > HARD_MAX_DEPTH) throw new RangeError(`maxDepth above ${HARD_MAX_DEPTH}`);
  if (bytes.length > maxBytes) {
    return fail({ kind: 'too-large', path: '', offset: maxBytes, decoded: [] });
  }
  const reader = new Reader(bytes, padding, maxDepth);
  const objects = reader.readObjects(bytes.length, 0);
  return reader.fault === undefined ? ok(objects) : fail({ ...reader.fault, decoded: objects });
}

/**
 * An object to encode: its value, or the objects it is made of. What `decodeTlv` gives is one too,
 * with its value; its children are what that value says, and not looked at.
 */
export type TlvInput = Pick<Tlv, 'tag' | 'lengthOctets' | 'paddingBefore' | 'paddingAfter'> &
  ({ readonly value: Uint8Array } | { readonly children: readonly TlvInput[] });

/** How objects are written. */
export interface TlvEncoding {
  /** Whether every length is the shortest and no padding is written, whatever was decoded. */
  readonly normalise?: boolean;
}

/**
 * Encodes objects one after the other: what was decoded as it was, byte for byte; what was made
 * with the shortest lengths, or those `lengthOctets` asks for where it holds the length. Padding
 * that had no object beside it is lost. Throws for what is not a tag, for children below a
 * primitive tag, and for a length of 4 GiB and more. Source: EMV 4.4 Book 3, Annex B.
 */
export function encodeTlv(objects: readonly TlvInput[], encoding: TlvEncoding = {}): Uint8Array {
  const { normalise = false } = encoding;
  const encoded = new Uint8Array(encodedLength(objects, normalise));
  writeObjects(encoded, 0, objects, normalise);
  return encoded;
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

/** A decoded object while its level is still being read. */
interface Reading extends Tlv {
  paddingAfter: Uint8Array | undefined;
}

/** One pass over one buffer: no view and no result is made but for what is handed out. */
class Reader {
  fault: Malformed<TlvErrorKind> | undefined;
  readonly #bytes: Uint8Array;
  readonly #zeroIsPadding: boolean;
  readonly #ffIsPadding: boolean;
  readonly #maxDepth: number;
  #at = 0;

  constructor(bytes: Uint8Array, padding: TlvPadding, maxDepth: number) {
    this.#bytes = bytes;
    this.#zeroIsPadding = padding !== 'none';
    this.#ffIsPadding = padding === '00-ff';
    this.#maxDepth = maxDepth;
  }

  /** The objects from here to `end`, or those before the fault. */
  readObjects(end: number, depth: number): readonly Tlv[] {
    const objects: Reading[] = [];
    while (this.#at < end) {
      const paddingBefore = this.#readPadding(end);
      if (this.#at < end) {
        const object = this.#readObject(end, depth, paddingBefore);
        if (object !== undefined) objects.push(object);
        if (this.fault !== undefined) return objects;
      } else {
        const last = objects.at(-1);
        if (last) last.paddingAfter = paddingBefore;
      }
    }
    return objects;
  }

  #readPadding(end: number): Uint8Array | undefined {
    const start = this.#at;
    let at = start;
    while (at < end) {
      const byte = this.#bytes[at];
      if (!(byte === 0 && this.#zeroIsPadding) && !(byte === 0xff && this.#ffIsPadding)) break;
      at += 1;
    }
    this.#at = at;
    return at === start ? undefined : this.#view(start, at);
  }

  #readObject(end: number, depth: number, paddingBefore: Uint8Array | undefined) {
    const first = this.#bytes[this.#at] ?? 0;
    const tag = this.#readTag(first, end);
    if (tag === undefined) return undefined;
    const lengthAt = this.#at;
    const length = this.#readLength(tag, end);
    if (length < 0) return undefined;
    const start = this.#at;
    if (length > end - start) return this.#refuse('value-truncated', tag, start);
    const object: Reading = {
      tag,
      value: this.#view(start, start + length),
      children: (first & 0x20) === 0 ? undefined : this.#readTemplate(tag, start + length, depth),
      lengthOctets: start - lengthAt - 1,
      paddingBefore,
      paddingAfter: undefined,
    };
    this.#at = start + length;
    return object;
  }

  #readTemplate(tag: string, end: number, depth: number): readonly Tlv[] {
    if (depth >= this.#maxDepth) {
      this.#refuse('too-deep', tag, this.#at);
      return [];
    }
    const children = this.readObjects(end, depth + 1);
    if (this.fault !== undefined) {
      const { kind, path, offset } = this.fault;
      this.fault = { kind, path: path === '' ? tag : `${tag}.${path}`, offset };
    }
    return children;
  }

  /** Leaves `#at` behind the tag. Source: Book 3, Annex B1. */
  #readTag(first: number, end: number): string | undefined {
    const start = this.#at;
    if (first === 0) return this.#refuse('tag-reserved', '', start);
    const length = tagLength(this.#bytes, start, end);
    if (length === 0) return this.#refuse('tag-truncated', '', end);
    if (length > MAX_TAG_BYTES) return this.#refuse('tag-too-long', '', start);
    this.#at = start + length;
    return readTag(this.#bytes, start, length);
  }

  /** Leaves `#at` where the value begins; -1 after a fault. Source: Book 3, Annex B2. */
  #readLength(tag: string, end: number): number {
    const at = this.#at;
    if (at >= end) return this.#refuseLength('length-truncated', tag, at);
    const first = this.#bytes[at] ?? 0;
    if (first < 0x80) {
      this.#at = at + 1;
      return first;
    }
    const octets = first & 0x7f;
    if (octets === 0 || octets > MAX_LENGTH_BYTES) {
      return this.#refuseLength('length-unsupported', tag, at);
    }
    let length = 0;
    for (let i = 1; i <= octets; i++) {
      if (at + i >= end) return this.#refuseLength('length-truncated', tag, at + i);
      length = length * 256 + (this.#bytes[at + i] ?? 0);
    }
    this.#at = at + 1 + octets;
    return length;
  }

  #refuseLength(kind: TlvErrorKind, path: string, offset: number): -1 {
    this.#refuse(kind, path, offset);
    return -1;
  }

  #refuse(kind: TlvErrorKind, path: string, offset: number): undefined {
    this.fault = { kind, path, offset };
  }

  /** As `subarray`, in half its time. */
  #view(start: number, end: number): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    return new Uint8Array(buffer, byteOffset + start, end - start);
  }
}
