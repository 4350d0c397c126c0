import { expect, test } from 'vitest';
import { FIRST_DAY_S, simulate } from './simulator.ts';
import { DAY_S, dayOf, firstAtOrAfter } from './transactions.ts';

const { transactions, fraudsAdded } = simulate({
  customers: 100,
  terminals: 200,
  days: 40,
  radius: 10,
});
const { seconds, amount, fraud } = transactions;

test('rows are in order and within the days', () => {
  expect(seconds.every((at, i) => i === 0 || at >= (seconds[i - 1] ?? 0))).toBe(true);
  expect(seconds[0]).toBeGreaterThanOrEqual(FIRST_DAY_S);
  expect(dayOf(seconds.at(-1) ?? 0) - dayOf(FIRST_DAY_S)).toBe(39);
  expect(amount.every((much) => Math.abs(much * 100 - Math.round(much * 100)) < 1e-6)).toBe(true);
});

test('what the scenarios added is what is marked', () => {
  expect(fraudsAdded[0] + fraudsAdded[1] + fraudsAdded[2]).toBe(
    fraud.reduce((sum, one) => sum + one, 0),
  );
  expect(fraudsAdded.every((count) => count > 0)).toBe(true);
});

test('the first row at a time', () => {
  for (const at of [0, FIRST_DAY_S + DAY_S, seconds[77] ?? 0, Number.POSITIVE_INFINITY]) {
    const found = seconds.findIndex((one) => one >= at);
    expect(firstAtOrAfter(transactions, at)).toBe(found < 0 ? seconds.length : found);
  }
});
