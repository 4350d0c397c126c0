import type { Sensitivity } from '../../emv/dictionary/sensitivity.ts';
import type { FieldFormat, FieldLength, FieldSpec, PlainSpec, PrefixEncoding } from '../spec.ts';

/**
 * A data element as the standards print it: `n 6` is six digits, `n ..19` up to nineteen after a
 * length of two digits, `ans ...999` after one of three, `b 8` eight bytes.
 */
export type ElementRow = readonly [
  number: number,
  name: string,
  attributes: string,
  sensitivity?: Sensitivity,
];

/** How a dialect writes the elements: each kind of content has one way. */
export interface Dialect {
  /** Digits, track 2 and amounts with a sign. */
  readonly digits: 'ascii' | 'cp037' | 'cp1047' | 'bcd';
  readonly text: 'ascii' | 'cp037' | 'cp1047';
  readonly bytes: 'binary' | 'hex' | 'hex-cp037';
  readonly prefix: PrefixEncoding;
}

/** A row of the dictionary that has no composite content. */
export type PlainField = PlainSpec['fields'][number];

/** All printable ASCII or EBCDIC, bytes as hex digits: readable as it stands. */
export const ASCII: Dialect = { digits: 'ascii', text: 'ascii', bytes: 'hex', prefix: 'ascii' };
/** Digits two a byte, bytes as they are. */
export const BINARY: Dialect = { digits: 'bcd', text: 'ascii', bytes: 'binary', prefix: 'bcd' };
/** EBCDIC with bytes as they are. */
export const EBCDIC: Dialect = {
  digits: 'cp037',
  text: 'cp037',
  bytes: 'binary',
  prefix: 'cp037',
};

/** The rows of a specification, by number. */
export function elementsIn(
  dialect: Dialect,
  rows: readonly ElementRow[],
): Readonly<Record<number, PlainField>> {
  return Object.fromEntries(rows.map((row) => [row[0], elementIn(dialect, row)]));
}

/** One row in a dialect. Throws on attributes that are not in the notation. */
export function elementIn(dialect: Dialect, row: ElementRow): PlainField {
  const [, name, attributes, sensitivity = 'none'] = row;
  const [, format, dots, digits] = /^(\S+) (\.{0,4})(\d+)$/.exec(attributes) ?? [];
  if (!isFormat(format)) throw new Error(`not attributes: ${attributes}`);
  // An amount with its sign is one character longer than its digits.
  const size = Number(digits) + (format === 'x+n' ? 1 : 0);
  const encoding = encodingIn(dialect, format);
  const length = lengthIn(dialect, dots ?? '', size);
  // A fixed number is right-justified; behind a prefix, digits begin at the left.
  const pad = length.kind === 'fixed' || format === 'x+n' ? 'left' : 'right';
  return { name, format, encoding, length, ...(encoding === 'bcd' && { pad }), sensitivity };
}

/** Elements that each host fills as it likes: text of up to 999 characters, masked for that. */
export function reserved(from: number, to: number, name: string): readonly ElementRow[] {
  const count = to - from + 1;
  return Array.from({ length: count }, (_, i) => [from + i, name, 'ans ...999', 'key'] as const);
}

function encodingIn(dialect: Dialect, format: FieldFormat): FieldSpec['encoding'] {
  if (format === 'b') return dialect.bytes;
  return format === 'n' || format === 'z' || format === 'x+n' ? dialect.digits : dialect.text;
}

function lengthIn(dialect: Dialect, dots: string, size: number): FieldLength {
  const prefixDigits = dots.length;
  if (prefixDigits === 0) return { kind: 'fixed', length: size };
  return {
    kind: 'prefixed',
    prefixDigits: prefixDigits as 1 | 2 | 3 | 4,
    prefixEncoding: dialect.prefix,
    max: size,
  };
}

function isFormat(text: string | undefined): text is FieldFormat {
  return ['n', 'a', 'an', 'ans', 'z', 'x+n', 'b'].includes(text ?? '');
}
