import fc from 'fast-check';
import { expectOk } from '../bytes/result.ts';
import { decodeTlv, encodeTlv, type Tlv } from '../tlv/ber.ts';
import { inWireOrder } from './composite-value.ts';
import type { Message } from './message.ts';
import type { CompositeSpec, FieldSpec, FieldValue, MessageSpec } from './spec.ts';

type AnyMessage = Message<Readonly<Record<number, FieldValue>>>;

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ';
const SPECIALS = '.,-/&+*@#()';
const ALPHABETS = { n: DIGITS, a: LETTERS, an: DIGITS + LETTERS, ans: DIGITS + LETTERS + SPECIALS };
/** Longer values than this show nothing more. */
const LONGEST = 40;

/** Messages of a specification: any of its fields, each with any value that its row takes. */
export function anyMessage(spec: MessageSpec): fc.Arbitrary<AnyMessage> {
  const numbers = Object.keys(spec.fields).map(Number);
  const mti = fc.stringMatching(/^\d{4}$/);
  const header = spec.header ? anyValue(spec.header) : fc.constant(undefined);
  return fc.subarray(numbers, { maxLength: Math.min(12, numbers.length) }).chain((chosen) => {
    const values = chosen.map((number) => anyValue(spec.fields[number] as FieldSpec));
    return fc.record({ mti, header, values: fc.tuple(...values) }).map((message) => ({
      mti: message.mti,
      fields: Object.fromEntries(chosen.map((number, i) => [number, message.values[i] ?? ''])),
      ...(message.header !== undefined && { header: message.header }),
    }));
  });
}

/** Any value that a row takes. */
export function anyValue(row: FieldSpec): fc.Arbitrary<FieldValue> {
  const { content } = row;
  if (typeof content === 'object') return anyComposite(content);
  if (content !== undefined) {
    const bytes = anyTlv.map((objects) => encodeTlv(objects));
    return content === 'ber-tlv' ? bytes : bytes.map((all) => expectOk(decodeTlv(all)));
  }
  return anyUnits(row).chain(
    (units): fc.Arbitrary<FieldValue> =>
      row.format === 'b' ? anyBytes(row, units) : anyText(row, units),
  );
}

const anyTag = fc.constantFrom('9F26', '95', '82', '9F36', '5F2A', '84');
const anyTlv: fc.Arbitrary<readonly Tlv[]> = fc.array(
  fc.record({ tag: anyTag, value: fc.uint8Array({ maxLength: 4 }) }),
  { minLength: 1, maxLength: 4 },
);

function anyUnits({ length }: FieldSpec): fc.Arbitrary<number> {
  if (length.kind === 'fixed') return fc.constant(length.length);
  const { min = 0, max, unit } = length;
  const isPairs = unit === 'nibbles' || unit === 'digits' || unit === 'characters';
  const units = fc.integer({ min, max: Math.min(max, LONGEST) });
  // Bytes that are counted by their digits have an even number of them.
  return isPairs ? units.map((count) => count - (count % 2)) : units;
}

function anyBytes(row: FieldSpec, units: number): fc.Arbitrary<Uint8Array> {
  const unit = row.length.kind === 'prefixed' ? row.length.unit : undefined;
  const length = unit === undefined || unit === 'bytes' ? units : units / 2;
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function anyText(row: FieldSpec, units: number): fc.Arbitrary<string> {
  const { format, encoding, length } = row;
  const isWhole = encoding === 'bcd' && length.kind === 'prefixed' && length.unit === 'bytes';
  const count = isWhole ? units * 2 : units;
  if (format === 'x+n') {
    const signed = fc.tuple(fc.constantFrom('C', 'D'), anyOf(DIGITS, count - 1));
    return signed.map(([sign, digits]) => sign + digits);
  }
  const track = encoding === 'bcd' ? `${DIGITS}D` : `${DIGITS}=D`;
  return anyOf(format === 'z' ? track : ALPHABETS[format as keyof typeof ALPHABETS], count);
}

function anyOf(characters: string, count: number): fc.Arbitrary<string> {
  const some = fc.constantFrom(...characters);
  return fc.array(some, { minLength: count, maxLength: count }).map((all) => all.join(''));
}

function anyComposite(content: CompositeSpec): fc.Arbitrary<FieldValue> {
  if (content.kind === 'positional') {
    return fc.record(Object.fromEntries(content.parts.map((part) => [part.id, anyValue(part)])));
  }
  const rows: Readonly<Record<string, FieldSpec>> = content.parts;
  const tags = Object.keys(rows);
  const chosen = fc.shuffledSubarray(tags, { maxLength: Math.min(5, tags.length) });
  return chosen.chain((ids) =>
    fc.tuple(...ids.map((id) => anyValue(rows[id] as FieldSpec))).map((values) => {
      const parts = ids.map((id, i): [string, FieldValue] => [id, values[i] ?? '']);
      return content.kind === 'tagged' ? inWireOrder(parts) : Object.fromEntries(parts);
    }),
  );
}

const PREFIXES = ['ascii', 'cp037', 'cp1047', 'bcd', 'binary', 'hex'] as const;
const TEXTS = ['ascii', 'cp037', 'cp1047'] as const;
const BYTES = ['binary', 'hex', 'hex-cp037'] as const;
const DEEPEST = 3;

const anyFixed = fc
  .integer({ min: 1, max: 9 })
  .map((length) => ({ kind: 'fixed', length }) as const);

/** Specifications whose fields are anything, parts within parts. */
export const anySpec: fc.Arbitrary<MessageSpec> = fc.record(
  {
    name: fc.constant('any'),
    header: anyRow(DEEPEST),
    mtiEncoding: fc.constantFrom(...TEXTS, 'bcd'),
    bitmapEncoding: fc.constantFrom(...BYTES),
    fields: fc.record({ 2: anyRow(0), 48: anyRow(0), 127: anyRow(0) }),
  },
  { requiredKeys: ['name', 'mtiEncoding', 'bitmapEncoding', 'fields'] },
);

function anyRow(depth: number): fc.Arbitrary<FieldSpec> {
  const rest = { name: 'Any', sensitivity: 'none' } as const;
  const text = fc.constantFrom('n', 'a', 'an', 'ans', 'z', 'x+n').chain((format) => {
    const isDigits = format === 'n' || format === 'z' || format === 'x+n';
    const encodings = isDigits ? ([...TEXTS, 'bcd'] as const) : TEXTS;
    // An amount with its sign is never empty.
    const length = format === 'x+n' ? anyFixed : fc.oneof(anyFixed, anyPrefixed(9));
    const encoding = fc.constantFrom(...encodings);
    const pad = fc.constantFrom('left', 'right');
    return fc.record({ encoding, length, pad }).map((row) => ({ ...rest, ...row, format }));
  });
  const encoding = fc.constantFrom(...BYTES);
  const bytes = fc.record({ encoding, length: fc.oneof(anyFixed, anyPrefixed(9)) });
  const plain = fc.oneof(
    text,
    bytes.map((row) => ({ ...rest, ...row, format: 'b' as const })),
  );
  if (depth === DEEPEST) return plain;
  const content = fc.oneof(fc.constantFrom('ber-tlv', 'ber-tlv-objects'), anyParts(depth + 1));
  const whole = fc.record({ encoding, length: anyPrefixed(9999), content });
  return fc.oneof(
    plain,
    whole.map((row) => ({ ...rest, ...row, format: 'b' as const })),
  );
}

function anyPrefixed(max: number) {
  return fc
    .constantFrom(...PREFIXES)
    .map((prefixEncoding) => ({ kind: 'prefixed', prefixDigits: 4, prefixEncoding, max }) as const);
}

function anyParts(depth: number): fc.Arbitrary<CompositeSpec> {
  const [part, other] = [anyRow(depth), anyRow(depth)];
  const positional = fc.tuple(part, other).map(([first, second]) => ({
    kind: 'positional' as const,
    parts: [
      { ...first, id: 'first' },
      { ...second, id: '2' },
    ],
  }));
  const tagged = fc.record({
    kind: fc.constant('tagged' as const),
    tagLength: fc.constant(2),
    tagEncoding: fc.constantFrom(...TEXTS),
    prefixDigits: fc.constant(4 as const),
    prefixEncoding: fc.constantFrom(...PREFIXES),
    parts: fc.record({ AB: part, 26: other }),
  });
  const bitmap = fc.record({
    kind: fc.constant('bitmap' as const),
    bitmapEncoding: fc.constantFrom(...BYTES),
    bitmapBytes: fc.constantFrom(1, 2),
    parts: fc.record({ 1: part, 8: other }),
  });
  return fc.oneof(positional, tagged, bitmap);
}
