import { malformed, type Result } from '#kernel/bytes/result.ts';
import type {
  BitmapEncoding,
  FieldLength,
  FieldSpec,
  LengthUnit,
  MessageSpec,
  PrefixEncoding,
} from '#kernel/iso8583/spec.ts';
import { parseMessageSpec, type SpecJsonError } from '#kernel/iso8583/spec-json.ts';
import { ISO87_ASCII } from '#kernel/iso8583/specs/iso87.ts';
import { isObject, VectorInput } from './vector-input.ts';
import type { Json } from './vector-kind.ts';

/**
 * Reads an inline specification: our own JSON format, or the compact one that gives each field as
 * `{"len": "LL", "lenEnc": "ascii", "max": 19, "enc": "ascii"}` by number, beside `mti` and
 * `bitmap`. The compact one says no more of a field than its encoding and length: its name and what
 * it would give away are those of the 1987 version, and what that leaves to each host is masked.
 */
export function parseInlineSpec(json: Json | undefined): Result<MessageSpec, SpecJsonError> {
  if (!isObject(json) || 'fields' in json) return parseMessageSpec(json);
  const fields: Record<number, FieldSpec> = {};
  const input = new VectorInput(json);
  for (const name of input.names()) {
    if (BESIDE_FIELDS.has(name)) continue;
    if (!/^[1-9]\d*$/.test(name)) return malformed('bad-spec', name, 0);
    fields[Number(name)] = compactField(Number(name), input.object(name));
  }
  const mtiEncoding = MTI_ENCODINGS[input.object('mti').oneOf('enc', keysOf(MTI_ENCODINGS))];
  const bitmapEncoding = BITMAPS[input.oneOf('bitmap', keysOf(BITMAPS))];
  if (input.fault) return malformed('bad-spec', input.fault.path, 0);
  const name = input.has('name') ? input.text('name') : 'inline';
  // A third bitmap is announced by bit 65, unless that is a field.
  const maxBitmaps = 65 in fields ? 2 : 3;
  return parseMessageSpec({ name, mtiEncoding, bitmapEncoding, maxBitmaps, fields });
}

const BESIDE_FIELDS = new Set(['mti', 'bitmap', 'name', 'comment']);

const MTI_ENCODINGS = {
  ascii: 'ascii',
  bcd: 'bcd',
  ebcdic: 'cp037',
  ebcdic1047: 'cp1047',
} as const;

const BITMAPS = {
  ascii: 'hex',
  binary: 'binary',
  hex: 'hex',
  ebcdic: 'hex-cp037',
} as const satisfies Record<string, BitmapEncoding>;

const PREFIX_DIGITS = { L: 1, LL: 2, LLL: 3, LLLL: 4 } as const;

const PREFIXES = {
  ascii: 'ascii',
  bin: 'binary',
  binary: 'binary',
  bcd: 'bcd',
  hex: 'hex',
  ebcdic: 'cp037',
  ebcdic1047: 'cp1047',
} as const satisfies Record<string, PrefixEncoding>;

const UNITS = {
  digits: 'digits',
  chars: 'characters',
  characters: 'characters',
  bytes: 'bytes',
  nibbles: 'nibbles',
} as const satisfies Record<string, LengthUnit>;

/** `bcd` has its filling nibble at the left, `bcd-right` at the right. */
const CONTENTS = {
  ascii: { encoding: 'ascii', format: 'ans' },
  bcd: { encoding: 'bcd', format: 'n', pad: 'left' },
  'bcd-left': { encoding: 'bcd', format: 'n', pad: 'left' },
  'bcd-right': { encoding: 'bcd', format: 'n', pad: 'right' },
  ebcdic: { encoding: 'cp037', format: 'ans' },
  ebcdic1047: { encoding: 'cp1047', format: 'ans' },
  binary: { encoding: 'binary', format: 'b' },
  hex: { encoding: 'hex', format: 'b' },
} as const satisfies Record<string, Partial<FieldSpec>>;

function compactField(number: number, input: VectorInput): FieldSpec {
  const standard = ISO87_ASCII.fields[number];
  const known = { name: standard?.name ?? 'Field', sensitivity: standard?.sensitivity ?? 'key' };
  const content = CONTENTS[input.oneOf('enc', keysOf(CONTENTS))];
  const isPacked = content.encoding === 'bcd';
  const length = compactLength(isPacked, input);
  // A packed track has its separator as D and is filled up with F.
  const isTrack = isPacked && standard?.format === 'z';
  return { ...known, ...content, ...(isTrack && { format: 'z', pad: 'right' }), length };
}

function compactLength(isPacked: boolean, input: VectorInput): FieldLength {
  const length = input.oneOf('len', ['fixed', 'L', 'LL', 'LLL', 'LLLL']);
  const max = input.count('max');
  if (length === 'fixed') return { kind: 'fixed', length: max };
  const prefixEncoding = PREFIXES[input.oneOf('lenEnc', keysOf(PREFIXES))];
  const given = input.has('lenUnit') ? UNITS[input.oneOf('lenUnit', keysOf(UNITS))] : undefined;
  // Where nothing is said, a length in front of packed digits counts their bytes.
  const unit = given ?? (isPacked ? 'bytes' : undefined);
  const prefixDigits = PREFIX_DIGITS[length];
  return { kind: 'prefixed', prefixDigits, prefixEncoding, max, ...(unit && { unit }) };
}

function keysOf<T extends object>(table: T): readonly [keyof T & string, ...(keyof T & string)[]] {
  return Object.keys(table) as [keyof T & string, ...(keyof T & string)[]];
}
