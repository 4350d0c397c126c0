import { decodeBitmap, reserveBitmap, setBit } from './bitmap.ts';
import type { Codec } from './codec.ts';
import { compileField } from './field.ts';
import type { Reader } from './reader.ts';
import type { BitmapEncoding, MessageSpec } from './spec.ts';
import type { Writer } from './writer.ts';

const BITMAP_BYTES = 8;
const FIELDS_PER_BITMAP = 64;

/** A specification made ready. */
export interface CompiledSpec {
  readonly header: Codec | undefined;
  readonly mti: Codec;
  /** By number. */
  readonly fields: readonly (Codec | undefined)[];
  readonly bitmapEncoding: BitmapEncoding;
  readonly maxBitmaps: 1 | 2 | 3;
  /** The fields that the bitmaps name, and how many bitmaps there are. */
  decodeBitmaps(reader: Reader): Bitmaps | undefined;
  /** Makes room for so many bitmaps, whose bits are then set one by one; gives where they begin. */
  reserveBitmaps(writer: Writer, count: number): number;
}

/** What the bitmaps of a message say. */
export interface Bitmaps {
  /** Ascending, without the bits that announce a further bitmap. */
  readonly numbers: readonly number[];
  readonly count: 1 | 2 | 3;
}

const READY = new WeakMap<MessageSpec, CompiledSpec>();

/** Makes a specification ready, once. Throws RangeError where its rows contradict each other. */
export function compileSpec(spec: MessageSpec): CompiledSpec {
  let compiled = READY.get(spec);
  if (!compiled) {
    compiled = compile(spec);
    READY.set(spec, compiled);
  }
  return compiled;
}

function compile(spec: MessageSpec): CompiledSpec {
  const { bitmapEncoding, maxBitmaps = 2 } = spec;
  const fields: (Codec | undefined)[] = [];
  for (const [name, row] of Object.entries(spec.fields)) {
    const isBitmap = Number(name) === 1 || (maxBitmaps === 3 && Number(name) === 65);
    if (bitmapsFor(Number(name)) > maxBitmaps || isBitmap) {
      throw new RangeError(`no bitmap of ${maxBitmaps} has a field ${name}`);
    }
    fields[Number(name)] = compileField(row, name);
  }
  return {
    header: spec.header && compileField(spec.header, 'header'),
    mti: compileField(
      {
        name: 'Message type',
        format: 'n',
        encoding: spec.mtiEncoding,
        length: { kind: 'fixed', length: 4 },
        sensitivity: 'none',
      },
      'mti',
    ),
    fields,
    bitmapEncoding,
    maxBitmaps,
    decodeBitmaps: (reader) => decodeBitmaps(reader, bitmapEncoding, maxBitmaps),
    reserveBitmaps(writer, count) {
      const start = reserveBitmap(writer, bitmapEncoding, count * BITMAP_BYTES);
      if (count > 1) setBit(writer, bitmapEncoding, start, 1);
      if (count > 2) setBit(writer, bitmapEncoding, start, FIELDS_PER_BITMAP + 1);
      return start;
    },
  };
}

/** Bit 1 announces the second bitmap and, where there may be three, bit 65 the third. */
function decodeBitmaps(
  reader: Reader,
  encoding: BitmapEncoding,
  max: 1 | 2 | 3,
): Bitmaps | undefined {
  const first = decodeBitmap(reader, encoding, BITMAP_BYTES, 'bitmap');
  if (!first || max === 1 || first[0] !== 1) return first && { numbers: first, count: 1 };
  first.shift();
  const second = decodeBitmap(reader, encoding, BITMAP_BYTES, 'bitmap');
  if (!second) return undefined;
  const hasThird = max === 3 && second[0] === 1;
  if (hasThird) second.shift();
  for (const number of second) first.push(number + FIELDS_PER_BITMAP);
  if (!hasThird) return { numbers: first, count: 2 };
  const third = decodeBitmap(reader, encoding, BITMAP_BYTES, 'bitmap');
  for (const number of third ?? []) first.push(number + 2 * FIELDS_PER_BITMAP);
  return third && { numbers: first, count: 3 };
}

/** How many bitmaps a message needs whose highest field this is. */
export function bitmapsFor(highest: number): number {
  return highest <= FIELDS_PER_BITMAP ? 1 : Math.ceil(highest / FIELDS_PER_BITMAP);
}
