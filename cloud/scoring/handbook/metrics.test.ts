import { expect, test } from 'vitest';
import { areaUnderRoc, averagePrecision, cardPrecision } from './metrics.ts';

const scored = (scores: readonly number[], labels: readonly number[]) => ({
  scores: Float64Array.from(scores),
  labels: Uint8Array.from(labels),
});

test('area under the ROC curve', () => {
  expect(areaUnderRoc(scored([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))).toBe(0.75);
  expect(areaUnderRoc(scored([1, 1, 1], [0, 1, 0]))).toBe(0.5);
  expect(areaUnderRoc(scored([1, 2, 3], [0, 1, 1]))).toBe(1);
});

test('average precision, ties counted as one threshold', () => {
  expect(averagePrecision(scored([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))).toBeCloseTo(5 / 6);
  expect(averagePrecision(scored([1, 1, 1, 1], [0, 1, 0, 0]))).toBe(0.25);
});

test('card precision: a card scores as its riskiest payment and is found once', () => {
  const cards = {
    ...scored([0.9, 0.2, 0.8, 0.7, 0.9, 0.8, 0.1], [0, 1, 0, 1, 1, 0, 1]),
    customer: Uint32Array.of(1, 1, 2, 3, 1, 4, 5),
    day: Int32Array.of(1, 1, 1, 1, 2, 2, 2),
  };
  // Day 1: cards 1 (found) and 2. Day 2: card 1 is out; cards 4 and 5 (found).
  expect(cardPrecision(cards, 2)).toBe(0.5);
  expect(cardPrecision(cards, 100)).toBeCloseTo((2 / 100 + 1 / 100) / 2);
});
