import { EBCDIC_037, LATIN1 } from '../bytes/ebcdic.ts';
import { encodeHex, parseHex } from '../bytes/hex.ts';
import { decodeBitmap, reserveBitmap, setBit } from './bitmap.ts';
import type { Codec } from './codec.ts';
import { prefixOf } from './prefix.ts';
import type { Reader } from './reader.ts';
import type { CompositeSpec, CompositeValue, FieldSpec, FieldValue } from './spec.ts';
import type { Writer } from './writer.ts';

type Compile = (spec: FieldSpec, path: string) => Codec;
type Positional = Extract<CompositeSpec, { kind: 'positional' }>;
type Tagged = Extract<CompositeSpec, { kind: 'tagged' }>;
type Bitmapped = Extract<CompositeSpec, { kind: 'bitmap' }>;

/** The parts of a composite field: they begin and end where the reader says. */
export function compositeCodec(
  spec: CompositeSpec,
  path: string,
  compile: Compile,
): Codec<CompositeValue> {
  switch (spec.kind) {
    case 'positional':
      return positional(spec, path, compile);
    case 'tagged':
      return tagged(spec, path, compile);
    case 'bitmap':
      return bitmapped(spec, path, compile);
    default:
      return spec satisfies never;
  }
}

function positional(spec: Positional, path: string, compile: Compile): Codec<CompositeValue> {
  const parts = spec.parts.map((part) => {
    const place = `${path}.${part.id}`;
    return { id: part.id, place, codec: compile(part, place) };
  });
  const { optionalFrom = parts.length } = spec;
  return {
    decode(reader) {
      const value: Record<string, FieldValue> = {};
      for (const [index, { id, codec }] of parts.entries()) {
        if (reader.at === reader.end && index >= optionalFrom) break;
        const part = codec.decode(reader);
        if (part === undefined) return reader.keep(value, id);
        value[id] = part;
      }
      return ended(reader, path) ? value : reader.keep(value, '');
    },
    encode(value, writer) {
      const record = recordOf(value, path, writer);
      if (!record || hasStrangers(record, new Set(parts.map(({ id }) => id)), path, writer)) return;
      const last = parts.findLastIndex(({ id }) => record[id] !== undefined);
      for (const [index, { id, place, codec }] of parts.entries()) {
        const part = record[id];
        if (part !== undefined) codec.encode(part, writer);
        else if (index < optionalFrom || index < last) writer.fail('missing-field', place, 0);
      }
    },
  };
}

function tagged(spec: Tagged, path: string, compile: Compile): Codec<CompositeValue> {
  const { tagLength, tagEncoding } = spec;
  const prefix = prefixOf(spec.prefixDigits, spec.prefixEncoding);
  const partSpec = (tag: string): FieldSpec => ({
    ...(spec.parts[tag] ?? UNKNOWN_PART),
    length: {
      kind: 'prefixed',
      prefixDigits: spec.prefixDigits,
      prefixEncoding: spec.prefixEncoding,
      ...lengthOf(spec.parts[tag], prefix.max),
    },
  });
  const known = new Map(
    Object.keys(spec.parts).map((tag) => [tag, compile(partSpec(tag), `${path}.${tag}`)]),
  );
  const codecOf = (tag: string) => known.get(tag) ?? compile(partSpec(tag), `${path}.${tag}`);
  return {
    decode(reader) {
      const value: Record<string, FieldValue> = {};
      while (reader.at < reader.end) {
        const start = reader.at;
        if (start + tagLength > reader.end) {
          reader.fail('value-truncated', path, reader.end);
          return reader.keep(value, '');
        }
        const tag = readTag(reader.bytes.subarray(start, start + tagLength), tagEncoding);
        if (Object.hasOwn(value, tag)) {
          reader.fail('repeated-field', `${path}.${tag}`, start);
          return reader.keep(value, tag);
        }
        reader.at = start + tagLength;
        const part = codecOf(tag).decode(reader);
        if (part === undefined) return reader.keep(value, tag);
        // Not `value[tag]`: a tag may be `__proto__`, and nine characters are not many.
        Object.defineProperty(value, tag, { value: part, enumerable: true });
      }
      return value;
    },
    encode(value, writer) {
      const record = recordOf(value, path, writer);
      for (const [tag, part] of Object.entries(record ?? {})) {
        const bytes = writeTag(tag, tagEncoding);
        if (bytes?.length !== tagLength) return writer.fail('unknown-field', `${path}.${tag}`, 0);
        writer.put(bytes);
        codecOf(tag).encode(part, writer);
      }
    },
  };
}

const UNKNOWN_PART: FieldSpec = {
  name: 'Unknown',
  format: 'b',
  encoding: 'binary',
  length: { kind: 'fixed', length: 0 },
  sensitivity: 'key',
};

/** A part's own length row says only how long it may be: its prefix is that of the composite. */
function lengthOf(spec: FieldSpec | undefined, max: number) {
  if (spec === undefined) return { max };
  if (spec.length.kind === 'fixed') return { min: spec.length.length, max: spec.length.length };
  const { min, unit } = spec.length;
  return { max: spec.length.max, ...(min !== undefined && { min }), ...(unit && { unit }) };
}

function bitmapped(spec: Bitmapped, path: string, compile: Compile): Codec<CompositeValue> {
  const codecs = new Map(
    Object.entries(spec.parts).map(([number, part]) => [
      Number(number),
      compile(part, `${path}.${number}`),
    ]),
  );
  return {
    decode(reader) {
      const numbers = decodeBitmap(reader, spec.bitmapEncoding, spec.bitmapBytes, path);
      if (!numbers) return undefined;
      const value: Record<string, FieldValue> = {};
      for (const number of numbers) {
        const codec = codecs.get(number);
        const part = codec
          ? codec.decode(reader)
          : reader.fail('unknown-field', `${path}.${number}`, reader.at);
        if (part === undefined) return reader.keep(value, `${number}`);
        value[number] = part;
      }
      return ended(reader, path) ? value : reader.keep(value, '');
    },
    encode(value, writer) {
      const record = recordOf(value, path, writer);
      const names = new Set([...codecs.keys()].map(String));
      if (!record || hasStrangers(record, names, path, writer)) return;
      const numbers = Object.keys(record).map(Number);
      const bitmap = reserveBitmap(writer, spec.bitmapEncoding, spec.bitmapBytes);
      for (const number of numbers.sort((a, b) => a - b)) {
        const part = record[number];
        setBit(writer, spec.bitmapEncoding, bitmap, number);
        if (part !== undefined) codecs.get(number)?.encode(part, writer);
      }
    },
  };
}

/** Whether nothing is left over. */
function ended(reader: Reader, path: string): boolean {
  if (reader.at === reader.end) return true;
  reader.fail('trailing-bytes', path, reader.at);
  return false;
}

function recordOf(value: FieldValue, path: string, writer: Writer): CompositeValue | undefined {
  if (typeof value === 'object' && !(value instanceof Uint8Array) && !Array.isArray(value)) {
    return value as CompositeValue;
  }
  writer.fail('wrong-type', path, 0);
  return undefined;
}

function hasStrangers(
  record: CompositeValue,
  known: ReadonlySet<string>,
  path: string,
  writer: Writer,
): boolean {
  const stranger = Object.keys(record).find((name) => !known.has(name));
  if (stranger !== undefined) writer.fail('unknown-field', `${path}.${stranger}`, 0);
  return stranger !== undefined;
}

function readTag(bytes: Uint8Array, encoding: Tagged['tagEncoding']): string {
  if (encoding === 'binary') return encodeHex(bytes);
  const page = encoding === 'cp037' ? EBCDIC_037 : LATIN1;
  return Array.from(bytes, (byte) => String.fromCharCode(page.decode[byte] ?? 0)).join('');
}

function writeTag(tag: string, encoding: Tagged['tagEncoding']): Uint8Array | undefined {
  if (encoding === 'binary') {
    const bytes = parseHex(tag);
    return bytes.ok ? bytes.value : undefined;
  }
  const page = encoding === 'cp037' ? EBCDIC_037 : LATIN1;
  const codes = Array.from(tag, (character) => character.charCodeAt(0));
  return codes.every((code) => code < 256)
    ? Uint8Array.from(codes, (code) => page.encode[code] ?? 0)
    : undefined;
}
