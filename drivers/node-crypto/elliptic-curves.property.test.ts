import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { EC_SDSA_SUITES, verifyEcSdsa } from '#kernel/emv/oda/ec-sdsa.ts';
import { CURVE_POINTS, nobleCurves } from '#kernel/emv/oda/noble-curves.ts';
import type { CurveName } from '#kernel/ports/elliptic-curves.ts';
import file from '../../test-vectors/oda/ecsdsa-verify.json' with { type: 'json' };
import { nodeCurves } from './elliptic-curves.ts';

const NAMES: readonly CurveName[] = ['p256', 'p521'];

function scalarOf(name: CurveName, value: bigint): Uint8Array {
  return hex(value.toString(16).padStart(2 * CURVE_POINTS[name].Fp.BYTES, '0'));
}

describe.each(NAMES)('%s: OpenSSL and the noble library give the same', (name) => {
  const { Fp, Fn } = CURVE_POINTS[name];
  const bytes = Fp.BYTES;
  const scalars = fc.oneof(
    fc.constantFrom(1n, 2n, 3n, Fn.ORDER - 2n, Fn.ORDER - 1n),
    fc.bigInt({ min: 1n, max: Fn.ORDER - 1n }),
  );

  test('for every scalar', () => {
    fc.assert(
      fc.property(scalars, scalars, (a, b) => {
        const [k, d] = [scalarOf(name, a), scalarOf(name, b)];
        const point = nobleCurves.publicKey(name, d);
        expect(nodeCurves.publicKey(name, d)).toEqual(point);
        if (!point) throw new Error('no public key');
        const product = nobleCurves.multiply(name, k, point);
        expect(nodeCurves.multiply(name, k, point)).toEqual(product);
        expect(nodeCurves.agree(name, k, point)).toEqual(product?.slice(0, bytes));
        expect(nobleCurves.agree(name, k, point)).toEqual(product?.slice(0, bytes));
      }),
      { numRuns: name === 'p256' ? 60 : 10 },
    );
  });

  test.each([
    ['zero', scalarOf(name, 0n)],
    ['the order', scalarOf(name, Fn.ORDER)],
    ['all ones', new Uint8Array(bytes).fill(0xff)],
    ['a byte short', new Uint8Array(bytes - 1).fill(1)],
    ['a byte long', new Uint8Array(bytes + 1).fill(1)],
    ['empty', new Uint8Array(0)],
  ])('none for a scalar that is %s', (_, scalar) => {
    const point = nobleCurves.publicKey(name, scalarOf(name, 5n)) ?? new Uint8Array(0);
    for (const curves of [nobleCurves, nodeCurves]) {
      expect(curves.publicKey(name, scalar)).toBeUndefined();
      expect(curves.agree(name, scalar, point)).toBeUndefined();
      expect(curves.multiply(name, scalar, point)).toBeUndefined();
    }
  });

  test('none for what is no point', () => {
    const scalar = scalarOf(name, 7n);
    const point = nobleCurves.publicKey(name, scalar) ?? new Uint8Array(0);
    const off = point.slice();
    off[bytes * 2 - 1] = (off[bytes * 2 - 1] ?? 0) ^ 1;
    for (const curves of [nobleCurves, nodeCurves]) {
      for (const bad of [off, point.subarray(1), new Uint8Array(2 * bytes), new Uint8Array(0)]) {
        expect(curves.agree(name, scalar, bad)).toBeUndefined();
        expect(curves.multiply(name, scalar, bad)).toBeUndefined();
      }
    }
  });
});

const sound = file.vectors.filter((vector) => vector.result === 'valid');

test.each(sound)('$id verifies as stated with OpenSSL too', ({ input, expect: stated }) => {
  const suite = EC_SDSA_SUITES.get(input.curve === 'p256' ? 0x10 : 0x11);
  const [x, message, signature] = [input.publicKeyX, input.message, input.signature].map((part) =>
    hex(part ?? ''),
  );
  if (!suite || !x || !message || !signature) throw new Error('not a whole vector');
  expect(verifyEcSdsa(suite, x, message, signature, nodeCurves)).toBe(stated.verified);
});
