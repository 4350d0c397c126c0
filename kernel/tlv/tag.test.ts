import { expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { isConstructed, isTag, readTag, tagLength } from './tag.ts';

test.each(['9A', '5F2A', '9F00', '9F8001', 'DF818201', 'FF8106', '01', '1F01'])(
  '%s is a tag',
  (tag) => {
    const bytes = hex(tag);
    expect(isTag(tag)).toBe(true);
    expect(tagLength(bytes, 0, bytes.length)).toBe(bytes.length);
    expect(readTag(bytes, 0, bytes.length)).toBe(tag);
  },
);

test.each(['', '0', '00', '9F', '9FF0', '9FFFFFFF01', '9A01', '9f02', 'XX', '00X'])(
  '%j is none',
  (text) => {
    expect(isTag(text)).toBe(false);
  },
);

test('the sixth bit says constructed', () => {
  expect(['70', 'BF0C', 'A5', '3F00'].map(isConstructed)).toEqual([true, true, true, true]);
  expect(['9A', '5F2A', 'DF8101', '80'].map(isConstructed)).toEqual([false, false, false, false]);
});
