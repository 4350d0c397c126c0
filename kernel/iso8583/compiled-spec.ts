import { decodeBitmap, encodeBitmap } from './bitmap.ts';
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
  /** The fields that the bitmaps name, and how many bitmaps there are. */
  decodeBitmaps(reader: Reader): Bitmaps | undefined;
  /** Writes as many bitmaps as the numbers need, and no fewer than `least`. */
  encodeBitmaps(writer: Writer, numbers: readonly number[], least: number): void;
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
    decodeBitmaps: (reader) => decodeBitmaps(reader, bitmapEncoding, maxBitmaps),
    encodeBitmaps(writer, numbers, least) {
      const count = Math.max(bitmapsFor(numbers), least);
      encodeBitmap(
        writer,
        bitmapEncoding,
        count * BITMAP_BYTES,
        count === 1 ? numbers : announced(numbers, count),
      );
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

/** The fields with those before them that announce a second and a third bitmap. */
function announced(numbers: readonly number[], count: number): readonly number[] {
  return count === 3 ? [1, FIELDS_PER_BITMAP + 1, ...numbers] : [1, ...numbers];
}

/** How many bitmaps these fields need. */
export function bitmapsFor(numbers: readonly number[]): number {
  let highest = 1;
  for (const number of numbers) if (number > highest) highest = number;
  return Math.ceil(highest / FIELDS_PER_BITMAP);
}
