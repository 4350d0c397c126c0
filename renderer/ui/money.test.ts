import { describe, expect, test } from 'vitest';
import { shopFormat } from './money.ts';

describe('amounts', () => {
  test.each([
    ['en-GB', 'EUR', 1430n, '14.30', '€14.30'],
    ['de-DE', 'EUR', 123456n, '1.234,56', '1.234,56 €'],
    ['en-US', 'USD', 5n, '0.05', '$0.05'],
    ['ja-JP', 'JPY', 1430n, '1,430', '￥1,430'],
    ['ar-KW', 'KWD', 1430n, '١٫٤٣٠', undefined],
  ])('in %s and %s', (locale, currency, minor, amount, money) => {
    const format = shopFormat(locale, currency);
    const plainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
    expect(plainSpaces(format.amount(minor))).toBe(amount);
    if (money !== undefined) expect(plainSpaces(format.money(minor))).toBe(money);
  });

  test('are exact beyond what a floating point number holds', () => {
    const format = shopFormat('en-GB', 'EUR');
    expect(format.amount(900_719_925_474_099_301n)).toBe('9,007,199,254,740,993.01');
  });

  test('a negative amount keeps its sign, also below one', () => {
    expect(shopFormat('en-GB', 'EUR').amount(-5n)).toBe('-0.05');
  });

  test('a locale or a currency that Intl refuses is no reason to stop', () => {
    const format = shopFormat('not a locale', 'nonsense');
    expect(format.amount(1430n)).toBe('14.30');
    expect(format.money(1430n)).toBe('14.30 nonsense');
  });
});
