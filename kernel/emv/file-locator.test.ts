import { expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { parseFileLocator } from './file-locator.ts';

test('names records in order, the first ones of each group signed', () => {
  const parsed = parseFileLocator(hex('0801020110030300'));
  expect(parsed).toEqual({
    ok: true,
    value: [
      { sfi: 1, record: 1, isSigned: true },
      { sfi: 1, record: 2, isSigned: false },
      { sfi: 2, record: 3, isSigned: false },
    ],
  });
  const whole = parseFileLocator(hex('F001FFFF'));
  expect(whole.ok && whole.value.every((one) => one.isSigned && one.sfi === 30)).toBe(true);
  expect(whole.ok && whole.value.length).toBe(255);
});

test.each([
  ['', 'length', 0],
  ['080101', 'length', 3],
  ['0801010008', 'length', 5],
  ['09010100', 'file', 0],
  ['0C010100', 'file', 0],
  ['00010100', 'file', 0],
  ['F8010100', 'file', 0],
  ['0801010008010100FF010100', 'file', 8],
  ['08000100', 'records', 1],
  ['08020100', 'records', 1],
  ['0801010008010000', 'records', 5],
  ['08010102', 'signed-records', 3],
])('%s: %s at %i', (value, kind, offset) => {
  expect(parseFileLocator(hex(value))).toEqual({ ok: false, error: { kind, path: '94', offset } });
});
