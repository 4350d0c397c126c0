import { decodeBitmap, reserveBitmap, setBit } from './bitmap.ts';
import type { Codec, Compile } from './codec.ts';
import { recordOf } from './composite-value.ts';
import type { Reader } from './reader.ts';
import type { CompositeSpec, CompositeValue, FieldValue } from './spec.ts';
import { taggedCodec } from './tagged.ts';
import type { Writer } from './writer.ts';

type Positional = Extract<CompositeSpec, { kind: 'positional' }>;
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
      return taggedCodec(spec, path, compile);
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
