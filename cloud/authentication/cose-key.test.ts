import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { decodeCoseKey } from './cose-key.ts';
import { authenticatorOf } from './signed-challenge.fixture.ts';

const keys = (['ES256', 'EdDSA'] as const).map(
  (algorithm) => [algorithm, authenticatorOf(algorithm).registration.publicKey] as const,
);

describe.each(keys)('%s', (algorithm, bytes) => {
  test('a key is read', () => {
    expect(decodeCoseKey(bytes)).toMatchObject({ ok: true, value: { algorithm } });
  });

  test('every truncation and every byte behind it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeCoseKey(bytes.subarray(0, length))).toMatchObject({
        error: { kind: 'truncated', offset: length },
      });
    }
    expect(decodeCoseKey(concatBytes(bytes, Uint8Array.of(0)))).toMatchObject({
      error: { kind: 'trailing-bytes', offset: bytes.length },
    });
  });

  test('no changed byte makes it throw', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        decodeCoseKey(bytes.map((byte, i) => (i === at ? value : byte)));
      }),
    );
  });
});

test('what is not such a key is refused with its place', () => {
  const zeros = '00'.repeat(32);
  const refusal = (text: string) => decodeCoseKey(hex(text));
  for (const [text, error] of [
    ['80', { kind: 'not-a-map', offset: 0 }],
    ['BF', { kind: 'not-a-map', offset: 0 }],
    ['A2010101', { kind: 'duplicate-label', path: '1', offset: 3 }],
    ['A10161', { kind: 'unsupported-item', offset: 2 }],
    ['A1011801', { kind: 'unsupported-item', offset: 2 }],
    ['A1400A', { kind: 'unsupported-item', offset: 1 }],
    // RS256.
    ['A2010303390100', { kind: 'unsupported-item', offset: 4 }],
    // ES256 over P-384.
    [`A5010203262002215820${zeros}225820${zeros}`, { kind: 'bad-parameter', path: '-1' }],
    [`A501020326200121581F${zeros.slice(2)}225820${zeros}`, { kind: 'bad-parameter', path: '-2' }],
    [`A6010203262001215820${zeros}225820${zeros}0401`, { kind: 'unexpected-label' }],
    [`A5010203262001215820${zeros}225820${zeros}`, { kind: 'not-on-curve' }],
    ['A201020327', { kind: 'unsupported-algorithm', path: '3' }],
  ] as const) {
    expect(refusal(text), text).toMatchObject({ ok: false, error });
  }
});

test('no bytes make it throw', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeCoseKey(bytes)));
});
