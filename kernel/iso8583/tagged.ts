import { EBCDIC_037, EBCDIC_1047, LATIN1 } from '../bytes/ebcdic.ts';
import { encodeHex, parseHex } from '../bytes/hex.ts';
import type { Codec, Compile } from './codec.ts';
import { inWireOrder, partsOf, recordOf } from './composite-value.ts';
import { partRow } from './part-row.ts';
import { prefixOf } from './prefix.ts';
import type { CompositeSpec, CompositeValue, FieldSpec, FieldValue } from './spec.ts';

type Tagged = Extract<CompositeSpec, { kind: 'tagged' }>;

/** Parts that each stand behind their tag and their length, in any order, each once. */
export function taggedCodec(spec: Tagged, path: string, compile: Compile): Codec<CompositeValue> {
  const { tagLength, tagEncoding } = spec;
  const codecOf = partCodecs(spec, path, compile);
  return {
    decode(reader) {
      const parts: [string, FieldValue][] = [];
      const seen = new Set<string>();
      while (reader.at < reader.end) {
        const start = reader.at;
        if (start + tagLength > reader.end) {
          reader.fail('value-truncated', path, reader.end);
          return reader.keep(inWireOrder(parts), '');
        }
        const tag = readTag(reader.bytes.subarray(start, start + tagLength), tagEncoding);
        if (seen.has(tag)) {
          reader.fail('repeated-field', `${path}.${tag}`, start);
          return reader.keep(inWireOrder(parts), tag);
        }
        reader.at = start + tagLength;
        const part = codecOf(tag).decode(reader);
        if (part === undefined) return reader.keep(inWireOrder(parts), tag);
        seen.add(tag);
        parts.push([tag, part]);
      }
      return inWireOrder(parts);
    },
    encode(value, writer) {
      const record = recordOf(value, path, writer);
      if (!record) return;
      for (const [tag, part] of partsOf(record)) {
        const bytes = writeTag(tag, tagEncoding);
        if (bytes?.length !== tagLength) return writer.fail('unknown-field', `${path}.${tag}`, 0);
        writer.put(bytes);
        codecOf(tag).encode(part, writer);
      }
    },
  };
}

function partCodecs(spec: Tagged, path: string, compile: Compile): (tag: string) => Codec {
  const { prefixDigits, prefixEncoding } = spec;
  const prefix = prefixOf(prefixDigits, prefixEncoding);
  const compiled = (tag: string): Codec => {
    const row = partRow(spec, tag);
    const length = {
      kind: 'prefixed',
      prefixDigits,
      prefixEncoding,
      ...lengthOf(row, prefix.max),
    } as const;
    return compile({ ...(row ?? UNKNOWN_PART), length }, `${path}.${tag}`);
  };
  const known = new Map(Object.keys(spec.parts).map((tag) => [tag, compiled(tag)]));
  return (tag) => known.get(tag) ?? compiled(tag);
}

/** A tag without a row: bytes, masked when they are shown. */
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

const PAGES = { ascii: LATIN1, cp037: EBCDIC_037, cp1047: EBCDIC_1047 } as const;

function readTag(bytes: Uint8Array, encoding: Tagged['tagEncoding']): string {
  if (encoding === 'binary') return encodeHex(bytes);
  const { decode } = PAGES[encoding];
  return Array.from(bytes, (byte) => String.fromCharCode(decode[byte] ?? 0)).join('');
}

function writeTag(tag: string, encoding: Tagged['tagEncoding']): Uint8Array | undefined {
  if (encoding === 'binary') {
    const bytes = parseHex(tag);
    return bytes.ok ? bytes.value : undefined;
  }
  const { encode } = PAGES[encoding];
  const codes = Array.from(tag, (character) => character.charCodeAt(0));
  return codes.every((code) => code < 256)
    ? Uint8Array.from(codes, (code) => encode[code] ?? 0)
    : undefined;
}
