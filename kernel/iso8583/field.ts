import { decodeTlv, encodeTlv, type Tlv } from '../tlv/ber.ts';
import { binaryContent } from './binary-content.ts';
import type { Codec, ContentCodec } from './codec.ts';
import { compositeCodec } from './composite.ts';
import { packedContent } from './packed-content.ts';
import { type Prefix, prefixOf } from './prefix.ts';
import { Reader } from './reader.ts';
import type { FieldSpec, FieldValue } from './spec.ts';
import { textContent } from './text-content.ts';
import { Writer } from './writer.ts';

/** Composite fields may stand in each other this deep. */
const MAX_DEPTH = 8;

/** Makes a field ready: its length, its content, and what that is made of. */
export function compileField(spec: FieldSpec, path: string, depth = 0): Codec {
  if (depth > MAX_DEPTH) throw new RangeError(`${path} is deeper than ${MAX_DEPTH}`);
  const content = filled(spec, contentOf(spec, path));
  const plain =
    spec.length.kind === 'fixed' ? fixed(spec, path, content) : prefixed(spec, path, content);
  if (spec.content === undefined) return plain;
  if (spec.content === 'ber-tlv') return checkedTlv(plain, path);
  if (spec.content === 'ber-tlv-objects') return tlvObjects(plain, path);
  const inner = compositeCodec(spec.content, path, (part, place) =>
    compileField(part, place, depth + 1),
  );
  return within(plain, inner);
}

function contentOf(spec: FieldSpec, path: string): ContentCodec {
  if (spec.format === 'b' || spec.content !== undefined) return binaryContent(spec, path);
  return spec.encoding === 'bcd' ? packedContent(spec, path) : textContent(spec, path);
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
  if (fill === undefined || length.kind !== 'fixed') return content;
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

/** Bytes that must be BER-TLV and stay bytes. */
function checkedTlv(plain: Codec, path: string): Codec {
  return {
    decode(reader) {
      const value = plain.decode(reader);
      return value instanceof Uint8Array && decodeObjects(value, path, reader) ? value : undefined;
    },
    encode: (value, writer) => plain.encode(value, writer),
  };
}

/** Bytes that are given as the objects they hold. */
function tlvObjects(plain: Codec, path: string): Codec {
  return {
    decode(reader) {
      const value = plain.decode(reader);
      return value instanceof Uint8Array ? decodeObjects(value, path, reader) : undefined;
    },
    encode(value, writer) {
      if (!Array.isArray(value)) return writer.fail('wrong-type', path, 0);
      plain.encode(encodeTlv(value), writer);
    },
  };
}

function decodeObjects(
  value: Uint8Array,
  path: string,
  reader: Reader,
): readonly Tlv[] | undefined {
  const objects = decodeTlv(value);
  if (objects.ok) return objects.value;
  const { path: inner, offset, decoded } = objects.error;
  if (decoded.length > 0) reader.partial = decoded;
  return reader.fail(
    'bad-tlv',
    inner === '' ? path : `${path}.${inner}`,
    reader.at - value.length + offset,
  );
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
      if (!isView && parts.fault) reader.fault ??= { ...parts.fault, offset: end };
      reader.partial ??= parts.partial;
      [reader.at, reader.end] = [end, outerEnd];
      return value;
    },
    encode(value, writer) {
      const parts = new Writer();
      inner.encode(value, parts);
      if (parts.fault) writer.fault ??= parts.fault;
      else plain.encode(parts.written(), writer);
    },
  };
}

/** Whether a value is a record of parts. */
export function isComposite(
  value: FieldValue,
): value is Exclude<FieldValue, string | Uint8Array | readonly Tlv[]> {
  return typeof value === 'object' && !(value instanceof Uint8Array) && !Array.isArray(value);
}
