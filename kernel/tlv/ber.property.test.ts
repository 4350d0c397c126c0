import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeHex } from '../bytes/hex.ts';
import { decodeTlv, encodeTlv, type TlvInput } from './ber.ts';

const primitive = fc.constantFrom('9A', '9F26', '5F2A', 'DF01', '9F8103', 'DF818201');
const constructed = fc.constantFrom('61', '70', 'A5', 'BF0C');
const value = fc.uint8Array({ maxLength: 300 });
const { objects } = fc.letrec<{ objects: readonly TlvInput[] }>((tie) => ({
  objects: fc.array(
    fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ tag: primitive, value }),
      fc.record({ tag: constructed, children: tie('objects') }),
    ),
    { maxLength: 4 },
  ),
}));

test('decoding what was encoded gives the same bytes again', () => {
  fc.assert(
    fc.property(objects, (input) => {
      const bytes = encodeTlv(input);
      const decoded = decodeTlv(bytes);
      expect(decoded.ok && encodeHex(encodeTlv(decoded.value))).toBe(encodeHex(bytes));
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => void decodeTlv(bytes)));
});

test('every truncation of one object is refused, with a place', () => {
  fc.assert(
    fc.property(primitive, fc.uint8Array({ minLength: 1, maxLength: 200 }), (tag, bytes) => {
      const whole = encodeTlv([{ tag, value: bytes }]);
      for (let length = 1; length < whole.length; length++) {
        const result = decodeTlv(whole.subarray(0, length));
        expect(result.ok).toBe(false);
        expect(!result.ok && result.error.offset).toBeLessThanOrEqual(length);
      }
    }),
    { numRuns: 30 },
  );
});
