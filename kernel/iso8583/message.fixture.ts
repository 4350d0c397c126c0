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
  return fc.subarray(numbers, { maxLength: 12 }).chain((chosen) => {
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
  const chosen = fc.shuffledSubarray(Object.keys(rows), { maxLength: 5 });
  return chosen.chain((ids) =>
    fc.tuple(...ids.map((id) => anyValue(rows[id] as FieldSpec))).map((values) => {
      const parts = ids.map((id, i): [string, FieldValue] => [id, values[i] ?? '']);
      return content.kind === 'tagged' ? inWireOrder(parts) : Object.fromEntries(parts);
    }),
  );
}
