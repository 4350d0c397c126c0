import { expect, it } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { SimulatedEntropy } from './entropy.ts';

it('gives its values in order, and throws when the script does not fit', () => {
  const entropy = new SimulatedEntropy([hex('01020304'), hex('AABB')]);
  expect(entropy.bytes(4)).toEqual(hex('01020304'));
  expect(() => entropy.bytes(4)).toThrow('2 bytes, not 4');
  expect(() => entropy.bytes(2)).toThrow('exhausted');
});
