import { expect, it } from 'vitest';
import { ean13 } from './ean13.ts';

it.each([
  ['400638133393', '4006381333931'],
  ['590123412345', '5901234123457'],
  ['200000000000', '2000000000008'],
  ['978020137962', '9780201379624'],
])('completes %s to %s', (digits, code) => {
  expect(ean13(digits)).toBe(code);
});

it('takes twelve digits only', () => {
  for (const text of ['', '40063813339', '4006381333931', '40063813339x']) {
    expect(() => ean13(text)).toThrow(RangeError);
  }
});
