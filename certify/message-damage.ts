import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { decodeMessage, encodeMessage, type Message } from '#kernel/iso8583/message.ts';
import { prefixOf } from '#kernel/iso8583/prefix.ts';
import type { FieldSpec, FieldValue, MessageSpec } from '#kernel/iso8583/spec.ts';
import type { JsonObject, Mutation } from './vector-kind.ts';

const FIELDS_PER_BITMAP = 64;
const BITMAP_BYTES = 8;

/** A message and where its fields stand in its bytes. */
interface Located {
  readonly bytes: Uint8Array;
  readonly spec: MessageSpec;
  /** Where the bitmaps begin, and how many there are. */
  readonly bitmapAt: number;
  readonly bitmaps: number;
  readonly fields: readonly LocatedField[];
}

interface LocatedField {
  readonly number: number;
  readonly row: FieldSpec;
  readonly start: number;
  readonly end: number;
}

/**
 * Messages of this one that no specification lets pass: lengths beyond what is there, characters
 * that the format of a field has not, bits of the bitmaps that name nothing or what is not there.
 */
export function* damagedMessages(
  members: JsonObject,
  spec: MessageSpec,
  bytes: Uint8Array,
): Iterable<Mutation> {
  const message = locate(spec, bytes);
  if (!message) return;
  const damages = [...damagedBitmaps(message), ...message.fields.flatMap(damagedField(message))];
  for (const { damage, name, at, put } of damages) {
    const damaged = bytes.slice();
    damaged.set(put, at);
    yield { damage, name, input: { ...members, hex: encodeHex(damaged) } };
  }
}

/** What is put where, and what that damages. */
interface Change {
  readonly damage: Mutation['damage'];
  readonly name: string;
  readonly at: number;
  readonly put: readonly number[];
}

function locate(spec: MessageSpec, bytes: Uint8Array): Located | undefined {
  const decoded = decodeMessage(spec, bytes);
  if (!decoded.ok) return undefined;
  const { mti, header } = decoded.value;
  const values: Readonly<Record<number, FieldValue>> = decoded.value.fields;
  const numbers = Object.keys(values).map(Number);
  const bitmaps = decoded.value.bitmaps ?? Math.ceil(Math.max(1, ...numbers) / FIELDS_PER_BITMAP);
  const lengthWith = (count: number): number | undefined => {
    const fields = Object.fromEntries(numbers.slice(0, count).map((n) => [n, values[n]]));
    const begun = { mti, fields, bitmaps, ...(header !== undefined && { header }) };
    const encoded = encodeMessage(spec, begun as Message<never>);
    return encoded.ok ? encoded.value.length : undefined;
  };
  const ends = numbers.map((_, i) => lengthWith(i + 1));
  const start = lengthWith(0);
  if (start === undefined || ends.includes(undefined)) return undefined;
  const places = [start, ...(ends as number[])];
  const fields = numbers.flatMap((number, i) => {
    const row = spec.fields[number];
    return row ? [{ number, row, start: places[i] ?? 0, end: places[i + 1] ?? 0 }] : [];
  });
  const size = spec.bitmapEncoding === 'binary' ? BITMAP_BYTES : 2 * BITMAP_BYTES;
  return { bytes, spec, bitmapAt: start - bitmaps * size, bitmaps, fields };
}

/** Only bits after the last field: what one before it would shift may be a message again. */
function damagedBitmaps(message: Located): readonly Change[] {
  const { spec, bitmaps, fields, bitmapAt } = message;
  const last = fields.at(-1)?.number ?? 1;
  const changes: Change[] = [];
  for (let number = 2; number <= bitmaps * FIELDS_PER_BITMAP; number++) {
    const isAnnouncer = number === 65 && spec.maxBitmaps === 3;
    const isRefused = number >= last || spec.fields[number] === undefined;
    if (isAnnouncer || !isRefused) continue;
    changes.push({ damage: 'bitmap', name: `bit ${number}`, ...flipped(message, number) });
  }
  if (spec.bitmapEncoding !== 'binary') {
    changes.push({ damage: 'bitmap', name: 'a digit that is none', at: bitmapAt, put: [0x2d] });
  }
  return changes;
}

/** The bitmap with the bit of this number the other way round. */
function flipped({ spec, bytes, bitmapAt }: Located, number: number) {
  const bit = number - 1;
  if (spec.bitmapEncoding === 'binary') {
    const at = bitmapAt + (bit >> 3);
    return { at, put: [(bytes[at] ?? 0) ^ (0x80 >> (bit & 7))] };
  }
  const at = bitmapAt + (bit >> 2);
  const digits = spec.bitmapEncoding === 'hex' ? ASCII_DIGITS : EBCDIC_DIGITS;
  const value = digits.indexOf(bytes[at] ?? 0);
  // A digit in lower case is damaged for good.
  return { at, put: [value < 0 ? 0 : (digits[value ^ (8 >> (bit & 3))] ?? 0)] };
}

const ASCII_DIGITS = hex('30313233343536373839414243444546');
const EBCDIC_DIGITS = hex('F0F1F2F3F4F5F6F7F8F9C1C2C3C4C5C6');

/** A byte that is no digit and no character in ASCII, in EBCDIC and in BCD. */
const NO_CHARACTER = 0xaa;

function damagedField({ bytes, fields }: Located) {
  const last = fields.at(-1);
  return ({ number, row, start, end }: LocatedField): readonly Change[] => {
    const changes: Change[] = [];
    const { length } = row;
    let content = start;
    if (length.kind === 'prefixed') {
      const { lengthBytes } = prefixOf(length.prefixDigits, length.prefixEncoding);
      content += lengthBytes;
      const of = `the length of field ${number}`;
      const put = new Array<number>(lengthBytes).fill(0xff);
      changes.push({ damage: 'length', name: of, at: start, put });
      const at = content - 1;
      const isShorter = number === last?.number && end > content && countsWhole(row);
      if (isShorter && ((bytes[at] ?? 0) & 15) > 0) {
        const name = `${of}, one less`;
        changes.push({ damage: 'length', name, at, put: [(bytes[at] ?? 0) - 1] });
      }
    }
    if (row.format === 'b') return changes;
    for (let at = content; at < end; at++) {
      const name = `byte ${at} in field ${number}`;
      changes.push({ damage: 'digit', name, at, put: [NO_CHARACTER] });
    }
    return changes;
  };
}

/** Whether one unit less is at least one byte less. */
function countsWhole({ encoding, length }: FieldSpec): boolean {
  const unit = length.kind === 'prefixed' ? length.unit : undefined;
  return encoding === 'bcd' ? unit === 'bytes' : unit === undefined || unit === 'bytes';
}
