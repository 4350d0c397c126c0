import { expect, test } from 'vitest';
import { duration, operationsFormat } from './format.ts';
import { localOf, momentOf } from './moment-field.ts';
import { shownFeature } from './shown-feature.ts';

const format = operationsFormat('en-GB');

test('money has its currency, by its digits', () => {
  expect(format.money('1430', '978')).toBe('€14.30');
  expect(format.money('1430', '392')).toBe('JP¥1,430');
  expect(format.money(-5n, '840')).toBe('-US$0.05');
  expect(format.money('1430', '999')).toBe('14.30 999');
});

test('a share of nothing is no number', () => {
  expect(format.percent(1, 3)).toBe('33.3%');
  expect(format.percent(0, 0)).toBe('–');
  expect(format.milliseconds(null)).toBe('–');
  expect(format.milliseconds(12.3456)).toBe('12.3 ms');
});

test.each([
  [-4_000, '0 s'],
  [99_999, '99 s'],
  [100_000, '1 min'],
  [6_000_000, '1 h'],
  [47 * 3_600_000, '47 h'],
  [30 * 86_400_000, '30 d'],
])('%i ms are %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

test('a locale that Intl refuses is no reason to stop', () => {
  expect(operationsFormat('not a locale').count(1_000)).toBe('1,000');
});

test('a moment of this machine goes to the API and back, to the minute', () => {
  const moment = momentOf('2026-07-04T09:05');
  expect(moment).toMatch(/^2026-07-0[345]T\d\d:\d\d:00\.000Z$/);
  expect(localOf(moment)).toBe('2026-07-04T09:05');
  expect([momentOf(''), momentOf('soon'), localOf(null), localOf('x')]).toEqual(['', '', '', '']);
});

test('features are told for people', () => {
  const features = { amountMinor: 32_000, currency: 978, merchantFraudRate90Days: 0.00131234567 };
  const shown = (name: string) => shownFeature(name, { ...features, channel: 'web' }, format);
  expect(shown('amountMinor')).toBe('€320.00');
  expect(shown('currency')).toBe('EUR');
  expect(shown('merchantFraudRate90Days')).toBe('0.001312');
  expect(shown('channel')).toBe('web');
  expect(shown('cardTimeMs')).toBe('not known');
});
