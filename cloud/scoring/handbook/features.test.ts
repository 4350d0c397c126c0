import { describe, expect, test } from 'vitest';
import { computeFeatures } from './features.ts';
import { RecentAmounts } from './recent-amounts.ts';
import { DAY_S, type Transactions } from './transactions.ts';

const SUNDAY = Date.UTC(2018, 3, 1) / 1000;

/** Payments of customer 0 at terminal 0: day, hour, amount, fraud. */
function history(...rows: readonly (readonly [number, number, number, 0 | 1])[]): Transactions {
  return {
    seconds: Float64Array.from(rows, ([day, hour]) => SUNDAY + day * DAY_S + hour * 3600),
    customer: new Uint32Array(rows.length),
    terminal: new Uint32Array(rows.length),
    amount: Float64Array.from(rows, ([, , amount]) => amount),
    fraud: Uint8Array.from(rows, ([, , , fraud]) => fraud),
    customerCount: 1,
    terminalCount: 1,
  };
}

describe('time', () => {
  test('weekend and night', () => {
    const { weekend, night } = computeFeatures(
      history([0, 6.99, 1, 0], [1, 7, 1, 0], [5, 0, 1, 0], [6, 23, 1, 0]),
    );
    expect([...weekend]).toEqual([1, 0, 0, 1]);
    expect([...night]).toEqual([1, 0, 1, 0]);
  });
});

describe('customer', () => {
  const features = computeFeatures(
    history([0, 12, 10, 0], [0, 12, 20, 0], [1, 12, 60, 0], [6, 13, 30, 0], [7, 12, 40, 0]),
  );

  test('counts and means over days include the payment, and not one exactly so old', () => {
    expect([...features.customerCount1Day]).toEqual([1, 2, 1, 1, 2]);
    expect([...features.customerMean1Day]).toEqual([10, 15, 60, 30, 35]);
    expect([...features.customerCount7Days]).toEqual([1, 2, 3, 4, 3]);
    expect(features.customerMean7Days[4]).toBeCloseTo(130 / 3);
    expect(features.customerMean30Days[4]).toBe(32);
  });

  test('the amount against those before it', () => {
    expect([...features.amountOverMean]).toEqual([Number.NaN, 2, 4, 1, 40 / 30]);
    expect([...features.amountOverMedian]).toEqual([Number.NaN, 2, 4, 1.5, 1.6]);
    expect([...features.amountOverMax]).toEqual([Number.NaN, 2, 3, 0.5, 40 / 60]);
    expect(features.amountDeviation[1]).toBeNaN();
    expect(features.amountDeviation[2]).toBeCloseTo(9);
    expect(features.amountDeviation[4]).toBeCloseTo(10 / Math.sqrt(350));
  });

  test('surges of the 14 days before it', () => {
    const { surges14Days, greatestSurge14Days } = computeFeatures(
      history(
        ...[0, 1, 2].map((day) => [day, 9, 10, 0] as const),
        [3, 9, 25, 0],
        [4, 9, 50, 0],
        [5, 9, 10, 0],
        [18, 9, 10, 0],
      ),
    );
    expect([...surges14Days]).toEqual([0, 0, 0, 0, 1, 2, 0]);
    expect([...greatestSurge14Days]).toEqual([0, 0, 0, 0, 2.5, 5, 1]);
  });
});

describe('terminal', () => {
  const features = computeFeatures(
    history(
      [0, 12, 10, 0],
      [1, 12, 10, 1],
      [2, 12, 10, 1],
      [3, 12, 90, 1],
      [9, 12, 10, 0],
      [10, 12, 10, 0],
      [16, 12, 10, 0],
    ),
  );

  test('counts and risks end where labels end', () => {
    expect([...features.terminalCount1Day]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect([...features.terminalRisk1Day]).toEqual([0, 0, 0, 0, 1, 1, 0]);
    expect([...features.terminalCount7Days]).toEqual([0, 0, 0, 0, 3, 4, 2]);
    expect(features.terminalRisk7Days[4]).toBeCloseTo(2 / 3);
    expect([...features.terminalFrauds28Days]).toEqual([0, 0, 0, 0, 2, 3, 3]);
    expect(features.terminalFraudRate28Days[4]).toBeCloseTo(2.01 / 4);
  });

  test('runs of frauds, and of those whose amount was plain', () => {
    expect([...features.fraudStreak]).toEqual([0, 0, 0, 0, 2, 3, 0]);
    expect([...features.plainFraudStreak]).toEqual([0, 0, 0, 0, 2, 2, 0]);
    expect([...features.plainFrauds28Days]).toEqual([0, 0, 0, 0, 2, 2, 2]);
    expect([...features.daysSinceFraud].slice(3)).toEqual([Number.NaN, 7, 7, 13]);
    expect([...features.daysSincePlainFraud].slice(3)).toEqual([Number.NaN, 7, 8, 14]);
    expect([...features.plainStreakAgeDays].slice(3)).toEqual([Number.NaN, 8, 9, Number.NaN]);
    expect([...features.genuineBeforeStreakDays].slice(3)).toEqual([Number.NaN, 9, 10, Number.NaN]);
  });
});

test('the last amounts, against sorting them', () => {
  const recent = new RecentAmounts(5);
  const amounts = [5, 3, 3, 9, 1, 7, 7, 2, 8, 8, 8, 0, 4];
  for (const [i, amount] of amounts.entries()) {
    recent.add(amount);
    const sorted = amounts.slice(Math.max(0, i - 4), i + 1).sort((a, b) => a - b);
    const half = sorted.length / 2;
    const median = ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
    expect(recent.median).toBe(median);
    expect(recent.max).toBe(sorted.at(-1));
  }
});
