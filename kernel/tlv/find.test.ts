import { expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { decodeTlv } from './ber.ts';
import { findAllPaths, findPath } from './find.ts';

const PPSE = decodeTlv(
  hex('6F21A51FBF0C1C610C4F07A0000000031010870101610C4F07A0000000041010870102'),
);
const objects = PPSE.ok ? PPSE.value : [];

test('finds the first and all objects at a path', () => {
  expect(encodeHex(findPath(objects, '6F.A5.BF0C.61.4F')?.value ?? hex(''))).toBe('A0000000031010');
  const all = findAllPaths(objects, '6F.A5.BF0C.61.87');
  expect(all.map(({ value }) => encodeHex(value))).toEqual(['01', '02']);
});

test('* stands for any one tag', () => {
  expect(findAllPaths(objects, '6F.*.BF0C.61.*').map(({ tag }) => tag)).toEqual([
    '4F',
    '87',
    '4F',
    '87',
  ]);
});

test.each(['', '4F', '6F.61', '6F.A5.BF0C.61.4F.50', '6F.'])('nothing is at %j', (path) => {
  expect(findPath(objects, path)).toBeUndefined();
  expect(findAllPaths(objects, path)).toEqual([]);
});
