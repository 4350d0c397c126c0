import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectOk } from '../bytes/result.ts';
import { describeMessage } from './describe.ts';
import { anyMessage, anySpec, anyValue } from './message.fixture.ts';
import { decodeMessage, encodeMessage } from './message.ts';
import { messageFromJson, messageToJson } from './message-json.ts';
import type { FieldSpec, MessageSpec } from './spec.ts';
import { parseMessageSpec } from './spec-json.ts';
import { SHIPPED_SPECS } from './specs/find-spec.ts';

const encoded = (spec: MessageSpec, message: Parameters<typeof encodeMessage>[1]) =>
  expectOk(encodeMessage(spec, message));

describe.each(SHIPPED_SPECS)('$name', (spec) => {
  test('whatever is encoded decodes to itself, and what is decoded encodes to itself', () => {
    fc.assert(
      fc.property(anyMessage(spec), (message) => {
        const bytes = encoded(spec, message);
        const decoded = expectOk(decodeMessage(spec, bytes));
        expect(decoded).toEqual(withDecoded(message, decoded));
        expect(encoded(spec, decoded)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  test('whatever is decoded goes through JSON and back', () => {
    fc.assert(
      fc.property(anyMessage(spec), (message) => {
        const bytes = encoded(spec, message);
        const decoded = expectOk(decodeMessage(spec, bytes));
        const json = JSON.parse(JSON.stringify(messageToJson(spec, decoded, { reveal: true })));
        expect(encoded(spec, expectOk(messageFromJson(spec, json)))).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  test('every truncation and every trailing byte is refused, with its place', () => {
    fc.assert(
      fc.property(anyMessage(spec), fc.nat(255), (message, extra) => {
        const bytes = encoded(spec, message);
        for (let length = 0; length < bytes.length; length++) {
          const result = decodeMessage(spec, bytes.subarray(0, length));
          expect(result.ok, `accepted ${length} of ${bytes.length} bytes`).toBe(false);
          if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(length);
        }
        expect(decodeMessage(spec, Uint8Array.of(...bytes, extra))).toMatchObject({
          error: { kind: 'trailing-bytes', offset: bytes.length },
        });
      }),
      { numRuns: 10 },
    );
  });

  test('arbitrary and damaged bytes are decoded or refused; what is decoded can be shown', () => {
    const look = (bytes: Uint8Array) => {
      const result = decodeMessage(spec, bytes);
      if (!result.ok) {
        const { decoded } = result.error;
        describeMessage(spec, decoded);
        return;
      }
      describeMessage(spec, result.value);
      messageToJson(spec, result.value);
      encoded(spec, result.value);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), look));
    const damaged = fc.tuple(anyMessage(spec), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(damaged, ([message, at, byte]) => {
        const bytes = encoded(spec, message).slice();
        bytes[at % bytes.length] = byte;
        look(bytes);
      }),
      { numRuns: 200 },
    );
  });
});

/** The message as it is decoded: a second bitmap that is not needed is said. */
function withDecoded<M extends object>(message: M, { bitmaps }: { readonly bitmaps?: 2 | 3 }) {
  return { ...message, ...(bitmaps && { bitmaps }) };
}

const ENCODINGS = ['ascii', 'cp037', 'cp1047', 'bcd', 'binary', 'hex', 'hex-cp037'] as const;
const PREFIXES = ['ascii', 'cp037', 'cp1047', 'bcd', 'binary', 'hex'] as const;
const UNITS = [undefined, 'digits', 'characters', 'bytes', 'nibbles'] as const;

/** Every encoding behind every prefix, in every unit that it has. */
const ROWS: readonly FieldSpec[] = ENCODINGS.flatMap((encoding) =>
  PREFIXES.flatMap((prefixEncoding) =>
    ([1, 2, 3, 4] as const).flatMap((prefixDigits) =>
      UNITS.flatMap((unit) =>
        (encoding === 'bcd' ? (['left', 'right'] as const) : [undefined]).map((pad) => ({
          name: `${encoding} ${pad ?? ''} behind ${prefixEncoding} ${prefixDigits}, ${unit ?? ''}`,
          format: ENCODINGS.indexOf(encoding) >= 4 ? 'b' : encoding === 'bcd' ? 'n' : 'ans',
          encoding,
          length: { kind: 'prefixed', prefixDigits, prefixEncoding, max: 9, ...(unit && { unit }) },
          ...(pad && { pad }),
          sensitivity: 'none',
        })),
      ),
    ),
  ),
);

describe('encodings, prefixes and units', () => {
  const specOf = (row: FieldSpec) => ({
    name: 'one',
    mtiEncoding: 'ascii',
    bitmapEncoding: 'hex',
    fields: { 48: row },
  });

  test('each goes with each, but for what is not counted so', () => {
    const refused = ROWS.filter((row) => !parseMessageSpec(specOf(row)).ok);
    const isText = ({ encoding }: FieldSpec) => /^(ascii|cp\d+)$/.test(encoding);
    const expected = ROWS.filter((row) => {
      const unit = row.length.kind === 'prefixed' ? row.length.unit : undefined;
      return isText(row) ? unit === 'nibbles' : row.encoding === 'binary' && unit === 'characters';
    });
    expect(refused).toEqual(expected);
    expect(ROWS.length - refused.length).toBe(864);
  });

  test.each(ENCODINGS)('what is written in %s behind any prefix is read again', (encoding) => {
    const rows = ROWS.filter((row) => row.encoding === encoding);
    for (const row of rows) {
      const spec = parseMessageSpec(specOf(row));
      if (!spec.ok) continue;
      fc.assert(
        fc.property(anyValue(row), (value) => {
          const message = { mti: '0100', fields: { 48: value } };
          const bytes = encoded(spec.value, message);
          expect(decodeMessage(spec.value, bytes), row.name).toEqual({ ok: true, value: message });
        }),
        { numRuns: 8 },
      );
    }
  });
});

describe('any specification', () => {
  const anyPair = anySpec.chain((spec) =>
    anyMessage(spec).map((message) => [expectOk(parseMessageSpec(spec)), message] as const),
  );

  test('gives back what was encoded, through JSON too, and refuses every truncation', () => {
    fc.assert(
      fc.property(anyPair, ([spec, message]) => {
        const bytes = encoded(spec, message);
        const decoded = expectOk(decodeMessage(spec, bytes));
        expect(decoded).toEqual(withDecoded(message, decoded));
        expect(encoded(spec, decoded)).toEqual(bytes);
        const json = JSON.parse(JSON.stringify(messageToJson(spec, decoded, { reveal: true })));
        expect(encoded(spec, expectOk(messageFromJson(spec, json)))).toEqual(bytes);
        for (let length = 0; length < bytes.length; length++) {
          expect(decodeMessage(spec, bytes.subarray(0, length)).ok).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
