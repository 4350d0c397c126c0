import { describe, expect, test } from 'vitest';
import { FEATURE_NAMES } from './feature-dictionary.ts';
import { computeFeatures } from './features.ts';
import { simulate } from './simulator.ts';
import { DAY_S, type Transactions } from './transactions.ts';

const { transactions } = simulate({ customers: 60, terminals: 40, days: 70, radius: 30 });
const features = computeFeatures(transactions);
const { length } = transactions.seconds;

/** The first `count` rows alone, with some labels turned over. */
function past(count: number, turned: (row: number) => boolean): Transactions {
  return {
    ...transactions,
    seconds: transactions.seconds.slice(0, count),
    customer: transactions.customer.slice(0, count),
    terminal: transactions.terminal.slice(0, count),
    amount: transactions.amount.slice(0, count),
    fraud: transactions.fraud.slice(0, count).map((one, i) => (turned(i) ? 1 - one : one)),
  };
}

describe('a row sees neither later rows nor labels that had not arrived', () => {
  test.each([0, 0.2, 0.5, 0.9, 0.999])('at %d of the time', (share) => {
    const row = Math.floor(length * share);
    const known = (transactions.seconds[row] ?? 0) - 7 * DAY_S;
    const hidden = computeFeatures(past(row + 1, (i) => (transactions.seconds[i] ?? 0) > known));
    for (const name of FEATURE_NAMES) expect(hidden[name][row]).toBe(features[name][row]);
  });
});

test('labels that had arrived are seen', () => {
  const row = length - 1;
  const known = (transactions.seconds[row] ?? 0) - 7 * DAY_S;
  const turned = computeFeatures(past(length, (i) => (transactions.seconds[i] ?? 0) <= known));
  const changed = FEATURE_NAMES.filter((name) => turned[name][row] !== features[name][row]);
  expect(changed).toContain('terminalRisk30Days');
});

test('a delay that would show a row its own label is refused', () => {
  expect(() => computeFeatures(transactions, 0)).toThrow(RangeError);
});
