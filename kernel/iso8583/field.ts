import { decodeLatin1, encodeAscii } from '../bytes/ascii.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { FieldFormat, FieldSpec } from './spec.ts';

/** The value of a data element: text, or bytes where its format is `b`. */
export type FieldValue = string | Uint8Array;

/** Why a data element is malformed. */
export type FieldErrorKind =
  | 'length-truncated'
  | 'bad-length'
  | 'value-truncated'
  | 'bad-character'
  | 'bad-pad'
  | 'wrong-type';

type FieldResult<T> = Result<T, Malformed<FieldErrorKind>>;

const ALLOWED: Readonly<Record<Exclude<FieldFormat, 'b'>, RegExp>> = {
  n: /^[0-9]*$/,
  an: /^[A-Za-z0-9 ]*$/,
  ans: /^[\x20-\x7e]*$/,
  z: /^[0-9=D]*$/,
};

const NIBBLES = '0123456789ABCDEF';

/** Reads one data element at `at`; `end` is where the next begins. */
export function decodeField(
  spec: FieldSpec,
  path: string,
  bytes: Uint8Array,
  at: number,
): FieldResult<{ readonly value: FieldValue; readonly end: number }> {
  const length = decodeLength(spec, path, bytes, at);
  if (!length.ok) return length;
  const { units, start } = length.value;
  const end = start + (spec.encoding === 'bcd' ? (units + 1) >> 1 : units);
  if (end > bytes.length) return malformed('value-truncated', path, bytes.length);
  const content = bytes.subarray(start, end);
  if (spec.format === 'b') return ok({ value: content, end });
  const text =
    spec.encoding === 'bcd' ? unpackNibbles(spec, content, units) : decodeLatin1(content);
  if (text === undefined) return malformed('bad-pad', path, start);
  const bad = firstNotAllowed(spec.format, text);
  if (bad >= 0) {
    return malformed('bad-character', path, start + (spec.encoding === 'bcd' ? bad >> 1 : bad));
  }
  return ok({ value: text, end });
}

/** Writes one data element, its length prefix first. Offsets in errors count characters. */
export function encodeField(
  spec: FieldSpec,
  path: string,
  value: FieldValue,
): FieldResult<Uint8Array> {
  const { length, format } = spec;
  if ((format === 'b') !== (typeof value !== 'string')) return malformed('wrong-type', path, 0);
  const fits =
    length.kind === 'fixed' ? value.length === length.length : value.length <= length.max;
  if (!fits) return malformed('bad-length', path, value.length);
  const prefix = length.kind === 'fixed' ? new Uint8Array(0) : encodePrefix(length, value.length);
  if (typeof value !== 'string') return ok(concatBytes(prefix, value));
  const bad = format === 'b' ? -1 : firstNotAllowed(format, value);
  if (bad >= 0) return malformed('bad-character', path, bad);
  const content = spec.encoding === 'bcd' ? packNibbles(spec, value) : encodeAscii(value);
  return ok(concatBytes(prefix, content));
}

function firstNotAllowed(format: Exclude<FieldFormat, 'b'>, text: string): number {
  if (ALLOWED[format].test(text)) return -1;
  return [...text].findIndex((character) => !ALLOWED[format].test(character));
}

function decodeLength(
  spec: FieldSpec,
  path: string,
  bytes: Uint8Array,
  at: number,
): FieldResult<{ readonly units: number; readonly start: number }> {
  const { length } = spec;
  if (length.kind === 'fixed') return ok({ units: length.length, start: at });
  const size = prefixBytes(length);
  const start = at + size;
  if (start > bytes.length) return malformed('length-truncated', path, bytes.length);
  let units = 0;
  for (const byte of bytes.subarray(at, start)) {
    const digit = prefixDigits(length.prefixEncoding, byte);
    if (digit === undefined) return malformed('bad-length', path, at);
    units = units * (length.prefixEncoding === 'binary' ? 256 : digit.scale) + digit.value;
  }
  if (units > length.max) return malformed('bad-length', path, at);
  return ok({ units, start });
}

type PrefixedLength = Extract<FieldSpec['length'], { kind: 'prefixed' }>;

function prefixBytes(length: PrefixedLength): number {
  return length.prefixEncoding === 'ascii' ? length.prefixDigits : (length.prefixDigits + 1) >> 1;
}

function prefixDigits(
  encoding: PrefixedLength['prefixEncoding'],
  byte: number,
): { readonly value: number; readonly scale: number } | undefined {
  switch (encoding) {
    case 'binary':
      return { value: byte, scale: 256 };
    case 'ascii':
      return byte >= 0x30 && byte <= 0x39 ? { value: byte - 0x30, scale: 10 } : undefined;
    case 'bcd': {
      const [high, low] = [byte >> 4, byte & 15];
      return high <= 9 && low <= 9 ? { value: high * 10 + low, scale: 100 } : undefined;
    }
    default:
      return encoding satisfies never;
  }
}

function encodePrefix(length: PrefixedLength, units: number): Uint8Array {
  const size = prefixBytes(length);
  if (length.prefixEncoding === 'ascii') return encodeAscii(String(units).padStart(size, '0'));
  const prefix = new Uint8Array(size);
  const base = length.prefixEncoding === 'bcd' ? 100 : 256;
  let rest = units;
  for (let i = size - 1; i >= 0; i--) {
    const unit = rest % base;
    prefix[i] = base === 100 ? Math.floor(unit / 10) * 16 + (unit % 10) : unit;
    rest = Math.floor(rest / base);
  }
  return prefix;
}

/** Track data is filled with F, numbers with 0. */
function padNibble(spec: FieldSpec): string {
  return spec.format === 'z' ? 'F' : '0';
}

function packNibbles(spec: FieldSpec, text: string): Uint8Array {
  const odd = text.length % 2 !== 0;
  const fill = odd ? padNibble(spec) : '';
  const nibbles = (spec.pad === 'left' ? fill + text : text + fill).replaceAll('=', 'D');
  const packed = new Uint8Array(nibbles.length / 2);
  for (let i = 0; i < packed.length; i++) {
    packed[i] =
      NIBBLES.indexOf(nibbles[2 * i] ?? '') * 16 + NIBBLES.indexOf(nibbles[2 * i + 1] ?? '');
  }
  return packed;
}

/** The text of packed nibbles, or nothing when the filling nibble is not what it must be. */
function unpackNibbles(spec: FieldSpec, content: Uint8Array, units: number): string | undefined {
  let text = '';
  for (const byte of content) text += (NIBBLES[byte >> 4] ?? '') + (NIBBLES[byte & 15] ?? '');
  if (text.length === units) return text;
  const fill = spec.pad === 'left' ? text[0] : text.at(-1);
  if (fill !== padNibble(spec)) return undefined;
  return spec.pad === 'left' ? text.slice(1) : text.slice(0, -1);
}
