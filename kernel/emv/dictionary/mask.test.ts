import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import { maskPan, maskValue } from './mask.ts';
import { TAG_ENTRIES } from './tags.ts';

test.each([
  ['4761739001010010', '476173******0010'],
  ['40123456789095', '401234****9095'],
  ['4012345678909', '401234***8909'],
  ['401234567890', '************'],
])('%s as %s', (pan, masked) => {
  expect(maskPan(pan)).toBe(masked);
});

test.each([
  ['5A', '5413330089601034FFFF', '541333******1034'],
  ['57', '4761739001010010D22122011143844489', '******** (17 bytes)'],
  ['99', '1234', '******** (2 bytes)'],
  ['DF7F', '00', '******** (1 bytes)'],
  ['DF7F', '', ''],
  ['9F02', '000000009000', '000000009000'],
])('%s %s as %s', (tag, value, masked) => {
  expect(maskValue(tag, hex(value))).toBe(masked);
});

test('of what is sensitive, no six bytes in a row are shown', () => {
  const sensitive = TAG_ENTRIES.filter(({ sensitivity }) => sensitivity !== 'none');
  fc.assert(
    fc.property(
      fc.constantFrom(...sensitive),
      fc.uint8Array({ minLength: 8, maxLength: 40 }),
      ({ tag, kernel, templates: [template] }, value) => {
        expect(maskValue(tag, value, { kernel, template })).not.toMatch(/[0-9A-F]{12}/);
      },
    ),
  );
});
