import { describe, expect, test } from 'vitest';
import { computeFeatures } from './features.ts';
import { countFrauds, runFold } from './folds.ts';
import { CHOSEN, TEST_FOLDS } from './selection.ts';
import { simulate } from './simulator.ts';
import { HANDBOOK_PERIODS, splitFold } from './split.ts';

const { transactions, fraudsAdded } = simulate();
const SINGLE_SPLIT_S = Date.parse('2018-07-25') / 1000;

describe("the handbook's data", () => {
  test('has as many rows and frauds as the book says', () => {
    expect(transactions.seconds.length).toBe(1_754_155);
    expect(fraudsAdded).toEqual([978, 9_099, 4_604]);
    expect(transactions.fraud.reduce((sum, one) => sum + one, 0)).toBe(14_681);
  });

  test('is split as in the book', () => {
    const { train, test: tested } = splitFold(transactions, SINGLE_SPLIT_S, HANDBOOK_PERIODS);
    expect([train.length, countFrauds(transactions, train)]).toEqual([67_240, 598]);
    expect([tested.length, countFrauds(transactions, tested)]).toEqual([58_264, 385]);
  });

  test('begins as the frames of the book do', () => {
    const first = [0, 1, 2, 3, 4];
    const { seconds, customer, terminal, amount } = transactions;
    const midnight = Date.UTC(2018, 3, 1) / 1000;
    expect(first.map((i) => (seconds[i] ?? 0) - midnight)).toEqual([31, 130, 476, 569, 634]);
    expect(first.map((i) => customer[i])).toEqual([596, 4961, 2, 4128, 927]);
    expect(first.map((i) => terminal[i])).toEqual([3156, 3412, 1365, 8737, 9906]);
    expect(first.map((i) => amount[i])).toEqual([57.16, 81.51, 146, 64.49, 50.99]);
  });
});

test('the chosen model tells the frauds of one fold apart', () => {
  const data = { transactions, features: computeFeatures(transactions) };
  const start = Date.parse(TEST_FOLDS[0] ?? '') / 1000;
  const { result } = runFold(data, CHOSEN.candidate, start, () => performance.now());
  expect(result).toMatchObject({ trainRows: 67_049, testRows: 57_604, testFrauds: 422 });
  expect(result.auc).toBeGreaterThan(0.87);
  expect(result.averagePrecision).toBeGreaterThan(0.73);
  expect(result.cardPrecision100).toBeGreaterThan(0.31);
});
