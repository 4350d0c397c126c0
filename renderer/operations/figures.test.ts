import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Overview } from './cloud-client.ts';
import {
  approvedMoney,
  countBars,
  currenciesOf,
  moneyBars,
  niceCeiling,
  scoreBars,
  tierCounts,
  totalOf,
} from './figures.ts';

const minute = (at: string, currency: string, approved: number, approvedMinor: string) => ({
  ...{ at: `2026-07-04T${at}:00.000Z`, currency, approved, declined: 1, approvedMinor },
});

const OVERVIEW: Overview = {
  at: '2026-07-04T12:00:41.000Z',
  minutes: [
    minute('11:01', '978', 2, '900719925474099301'),
    minute('11:59', '978', 3, '1000'),
    minute('11:59', '840', 4, '70'),
    minute('12:00', '978', 5, '1'),
    // Of before the window: a clock that was set back.
    minute('10:30', '978', 9, '9'),
  ],
  declines: [],
  scores: [
    { tier: 'low', from: 0, approved: 7, declined: 0 },
    { tier: 'medium', from: 300, approved: 2, declined: 1 },
    { tier: 'low', from: 300, approved: 1, declined: 0 },
    { tier: 'high', from: 1000, approved: 0, declined: 4 },
  ],
  ...{ latency: null, terminals: null, disputes: null, unknowns: { count: 0, oldest: [] } },
};

test('there is a bar for each of 60 minutes, the present one last', () => {
  const bars = countBars(OVERVIEW);
  expect(bars).toHaveLength(60);
  expect(bars[0]).toEqual({ atMs: Date.parse('2026-07-04T11:01:00Z'), approved: 2, declined: 1 });
  expect(bars[58]).toMatchObject({ approved: 7, declined: 2 });
  expect(bars[59]).toMatchObject({ approved: 5, declined: 1 });
  expect(totalOf(bars)).toEqual({ approved: 14, declined: 4 });
});

test('money is shown by currency, and summed exactly', () => {
  expect(currenciesOf(OVERVIEW)).toEqual(['978', '840']);
  expect(moneyBars(OVERVIEW, '840').map(({ approved }) => approved)).toContain(70);
  expect(approvedMoney(OVERVIEW)).toEqual([
    ['978', 900_719_925_474_100_311n],
    ['840', 70n],
  ]);
});

test('scores fall into bands of 50, the last one of 1000 alone', () => {
  const bars = scoreBars(OVERVIEW.scores);
  expect(bars).toHaveLength(21);
  expect(bars[6]).toEqual({ from: 300, to: 349, approved: 3, declined: 1 });
  expect(bars[20]).toEqual({ from: 1000, to: 1000, approved: 0, declined: 4 });
});

test('tiers come in the order of their risk, and one that is not known comes last', () => {
  const odd = { tier: 'odd', from: 0, approved: 1, declined: 0 };
  expect(tierCounts([odd, ...OVERVIEW.scores])).toEqual([
    { tier: 'low', approved: 8, declined: 0 },
    { tier: 'medium', approved: 2, declined: 1 },
    { tier: 'high', approved: 0, declined: 4 },
    { tier: 'odd', approved: 1, declined: 0 },
  ]);
});

test('a scale ends at a round number that nothing is above, and is not twice too large', () => {
  expect([0, 1, 7, 23, 51, 900].map(niceCeiling)).toEqual([1, 1, 8, 30, 60, 1_000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (value) => {
      const end = niceCeiling(value);
      expect(end).toBeGreaterThanOrEqual(value);
      expect(end).toBeLessThanOrEqual(2 * value);
    }),
  );
});
