import { expect, test } from 'vitest';
import { mayHoldCardNumber } from './card-data.ts';

test.each([
  'paid with 4111111111111111',
  '4111 1111 1111 1111',
  '5555-5555-5555-4444, signed',
  'on 10 4111 1111 1111 1111 11',
  'ref 99984111111111111111',
])('%s', (text) => {
  expect(mayHoldCardNumber(text)).toBe(true);
});

test.each([
  '',
  'signed by the customer on 2026-07-04 at 12:00:00',
  '411111******1111',
  '4111111111111112',
  'tracking 1Z999AA10123456784',
])('not %s', (text) => {
  expect(mayHoldCardNumber(text)).toBe(false);
});
