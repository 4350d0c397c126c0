import { decodeTlv } from '../tlv/ber.ts';
import { type BytesContent, binaryContent } from './binary-content.ts';
import type { Codec, ContentCodec } from './codec.ts';
import { compositeCodec } from './composite.ts';
import { packedContent } from './packed-content.ts';
import { type Prefix, prefixOf } from './prefix.ts';
import { Reader } from './reader.ts';
import type { FieldSpec } from './spec.ts';
import { textContent } from './text-content.ts';
import { decodeObjects, TlvContent } from './tlv-content.ts';

/** Composite fields may stand in each other this deep. */
const MAX_DEPTH = 8;

/** Makes a field ready: its length, its content, and what that is made of. */
export function compileField(spec: FieldSpec, path: string, depth = 0): Codec {
  if (depth > MAX_DEPTH) throw new RangeError(`${path} is deeper than ${MAX_DEPTH}`);
  const content = filled(spec, contentOf(spec, path));
  const plain =
    spec.length.kind === 'fixed' ? fixed(spec, path, content) : prefixed(spec, path, content);
  if (typeof spec.content !== 'object') return plain;
  const inner = compositeCodec(spec.content, path, (part, place) =>
    compileField(part, place, depth + 1),
  );
  return within(plain, inner);
}

function contentOf(spec: FieldSpec, path: string): ContentCodec {
  if (spec.format !== 'b' && spec.content === undefined) {
    return spec.encoding === 'bcd' ? packedContent(spec, path) : textContent(spec, path);
  }
  const bytes = binaryContent(spec, path);
  if (spec.content === 'ber-tlv-objects') return new TlvContent(bytes, path);
  return spec.content === 'ber-tlv' ? checkedTlv(bytes, path) : bytes;
}

function fixed(spec: FieldSpec, path: string, content: ContentCodec): Codec {
  const { length } = spec.length as { readonly length: number };
  const size = content.sizeOf(length);
  return {
    decode(reader) {
      if (reader.at + size > reader.end) return reader.fail('value-truncated', path, reader.end);
      return content.decode(reader, length, size);
    },
    encode(value, writer) {
      const units = content.unitsOf(value, writer);
      if (units < 0) return;
      if (units !== length) return writer.fail('bad-length', path, units);
      content.encode(value, length, size, writer);
    },
  };
}

function prefixed(spec: FieldSpec, path: string, content: ContentCodec): Codec {
  const {
    prefixDigits,
    prefixEncoding,
    min = 0,
    max,
  } = spec.length as Extract<FieldSpec['length'], { kind: 'prefixed' }>;
  const prefix: Prefix = prefixOf(prefixDigits, prefixEncoding);
  return {
    decode(reader) {
      const start = reader.at;
      const units = prefix.decode(reader, path);
      if (units < 0) return undefined;
      const size = content.sizeOf(units);
      if (units > max || units < min || size < 0) return reader.fail('bad-length', path, start);
      if (reader.at + size > reader.end) return reader.fail('value-truncated', path, reader.end);
      return content.decode(reader, units, size);
    },
    encode(value, writer) {
      const units = content.unitsOf(value, writer);
      if (units < 0) return;
      const size = content.sizeOf(units);
      if (units > max || units < min || units > prefix.max || size < 0) {
        return writer.fail('bad-length', path, units);
      }
      prefix.encode(writer, units);
      content.encode(value, units, size, writer);
    },
  };
}

/** A fixed text that is shorter than its field is filled up; a spec may take that off again. */
function filled(spec: FieldSpec, content: ContentCodec): ContentCodec {
  const { fill, length } = spec;
  if (fill === undefined || length.kind !== 'fixed' || spec.format === 'b') return content;
  const { side, character, strip } = fill;
  const total = length.length;
  const pad = (text: string) =>
    side === 'left' ? text.padStart(total, character) : text.padEnd(total, character);
  return {
    sizeOf: (units) => content.sizeOf(units),
    unitsOf: (value, writer) =>
      typeof value === 'string' && value.length <= total ? total : content.unitsOf(value, writer),
    decode(reader, units, size) {
      const value = content.decode(reader, units, size);
      return strip === true && typeof value === 'string' ? stripped(value, side, character) : value;
    },
    encode: (value, units, size, writer) =>
      content.encode(pad(value as string), units, size, writer),
  };
}

function stripped(text: string, side: 'left' | 'right', character: string): string {
  let [from, to] = [0, text.length];
  if (side === 'left') while (from < to && text[from] === character) from += 1;
  else while (to > from && text[to - 1] === character) to -= 1;
  return text.slice(from, to);
}

/** Bytes that must be BER-TLV, either way, and stay bytes. */
function checkedTlv(bytes: BytesContent, path: string): BytesContent {
  return {
    isAsIs: bytes.isAsIs,
    sizeOf: (units) => bytes.sizeOf(units),
    unitsOf: (value, writer) => bytes.unitsOf(value, writer),
    unitsOfBytes: (count) => bytes.unitsOfBytes(count),
    decode(reader, units, size) {
      const value = bytes.decode(reader, units, size);
      return value && decodeObjects(value, path, size, reader) ? value : undefined;
    },
    encode(value, units, size, writer) {
      const objects = decodeTlv(value as Uint8Array);
      if (objects.ok) return bytes.encode(value, units, size, writer);
      const { path: inner, offset } = objects.error;
      writer.fail('bad-tlv', inner === '' ? path : `${path}.${inner}`, offset);
    },
  };
}

/** A composite: the bytes of the field, read and written by its parts. */
function within(plain: Codec, inner: Codec): Codec {
  return {
    decode(reader) {
      const outerEnd = reader.end;
      const bytes = plain.decode(reader);
      if (!(bytes instanceof Uint8Array)) return undefined;
      // Hex content was turned into bytes of its own, which have offsets of their own.
      const isView = bytes.buffer === reader.bytes.buffer;
      const parts = isView ? reader : new Reader(bytes);
      const end = reader.at;
      if (isView) [parts.at, parts.end] = [end - bytes.length, end];
      const value = inner.decode(parts);
      if (!isView && parts.fault) {
        const offset = end - 2 * (bytes.length - parts.fault.offset);
        reader.fault ??= { ...parts.fault, offset };
      }
      reader.partial ??= parts.partial;
      [reader.at, reader.end] = [end, outerEnd];
      return value;
    },
    encode(value, writer) {
      // Written where the field begins, to see how long they are, and then taken back.
      const start = writer.at;
      inner.encode(value, writer);
      const parts = writer.bytes.slice(start, writer.at);
      writer.at = start;
      if (!writer.fault) plain.encode(parts, writer);
    },
  };
}
