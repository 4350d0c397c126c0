import { describe, expect, test } from 'vitest';
import { nodeCurves } from '#drivers/node-crypto/elliptic-curves.ts';
import { concatBytes } from '../../../bytes/bytes.ts';
import { hex } from '../../../bytes/hex.ts';
import { nobleCurves } from '../../oda/noble-curves.ts';
import { isKeyBehind, openBlindedChannel } from './blinded-key.ts';
import {
  aesCmac,
  counterMode,
  encryptBlock,
  multiplyX,
  product,
  publicKeyOf,
} from './card-crypto.fixture.ts';

const CARD_KEY = '1F'.repeat(32);
const KERNEL_KEY = '2A'.repeat(32);
const FACTOR = '73'.repeat(32);

/** What a card sends that holds this key and drew this factor. */
function cardKeyData(factor = FACTOR): Uint8Array {
  const kernel = publicKeyOf(KERNEL_KEY);
  const kernelPoint = Buffer.concat([Buffer.of(4), kernel.x, kernel.y]);
  const kd = aesCmac(Buffer.alloc(16), multiplyX(product(CARD_KEY, factor), kernelPoint));
  const skc = encryptBlock(kd, hex('01010054334A325957773DA5A5A50180'));
  const blinded = multiplyX(BigInt(`0x${factor}`), publicKeyOf(CARD_KEY).x);
  return concatBytes(blinded, counterMode(skc, 0x8000, hex(factor)));
}

describe.each([
  ['noble', nobleCurves],
  ['node:crypto', nodeCurves],
])('key agreement by %s', (_, curves) => {
  const open = (data: Uint8Array) => openBlindedChannel(curves, hex(KERNEL_KEY), data);
  const certified = new Uint8Array(publicKeyOf(CARD_KEY).x);

  test('both sides have the same secret, and the factor proves the key', () => {
    const opened = open(cardKeyData());
    expect(opened?.blindingFactor).toEqual(hex(FACTOR));
    expect(opened && isKeyBehind(curves, opened, certified)).toBe(true);
  });

  test.each([
    ['another key', new Uint8Array(publicKeyOf('20'.repeat(32)).x)],
    ['no point', hex('00'.repeat(31).concat('07'))],
    ['a byte short', hex('11'.repeat(31))],
  ])('it proves no %s', (_name, x) => {
    const opened = open(cardKeyData());
    expect(opened && isKeyBehind(curves, opened, x)).toBe(false);
  });

  test('whatever bit of the factor is changed, it proves nothing', () => {
    const data = cardKeyData();
    for (let at = 32; at < 64; at++) {
      const changed = data.slice();
      changed[at] = (data[at] ?? 0) ^ 1;
      const opened = open(changed);
      expect(opened && isKeyBehind(curves, opened, certified)).toBe(false);
    }
  });

  test.each([
    ['it is short', cardKeyData().subarray(1)],
    ['it is long', concatBytes(cardKeyData(), hex('00'))],
    ['it is empty', hex('')],
    ['its x is on no point', concatBytes(hex('00'.repeat(31).concat('07')), hex('00'.repeat(32)))],
    ['its x is no number of the field', hex('FF'.repeat(64))],
  ])('there is no channel when %s', (_name, data) => {
    expect(open(data)).toBeUndefined();
  });

  test('there is none without a private key', () => {
    expect(openBlindedChannel(curves, new Uint8Array(32), cardKeyData())).toBeUndefined();
  });
});
