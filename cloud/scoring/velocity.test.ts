import { expect, test } from 'vitest';
import { VelocityCounters } from './velocity.ts';

const START = Date.parse('2026-07-04T12:00:00Z');
const minutes = (count: number) => new Date(START + count * 60_000);
const seen = (now: Date, change: object = {}) => ({
  terminalId: 't1',
  merchantId: 'm1',
  cardToken: 'c1',
  isDeclined: false,
  now,
  ...change,
});

test('nothing was seen of a new card and terminal', () => {
  expect(new VelocityCounters().count(seen(minutes(0)))).toEqual({
    cardLast10Min: 0,
    cardLast24H: 0,
    cardMerchants24H: 1,
    terminalLast10Min: 0,
    terminalDeclines10Min: 0,
  });
});

test('each window counts what is younger than it, by card, terminal and merchant', () => {
  const counters = new VelocityCounters();
  counters.observe(seen(minutes(0), { merchantId: 'm2' }));
  counters.observe(seen(minutes(5), { isDeclined: true }));
  counters.observe(seen(minutes(6), { cardToken: 'c2' }));
  counters.observe(seen(minutes(7), { terminalId: 't2', merchantId: 'm3' }));
  expect(counters.count(seen(minutes(9)))).toEqual({
    cardLast10Min: 3,
    cardLast24H: 3,
    cardMerchants24H: 3,
    terminalLast10Min: 3,
    terminalDeclines10Min: 1,
  });
  expect(counters.count(seen(minutes(10)))).toMatchObject({ cardLast10Min: 2, cardLast24H: 3 });
  expect(counters.count(seen(minutes(24 * 60)))).toMatchObject({
    cardLast24H: 2,
    cardMerchants24H: 2,
    terminalLast10Min: 0,
  });
});

test('a busy card does not grow for ever', () => {
  const counters = new VelocityCounters();
  for (let i = 0; i < 10_000; i++) counters.observe(seen(minutes(i / 1_000)));
  const { cardLast24H } = counters.count(seen(minutes(10)));
  expect(cardLast24H).toBeGreaterThan(500);
  expect(cardLast24H).toBeLessThanOrEqual(1_024);
});
