import { expect, test } from 'vitest';
import { splitFold } from './split.ts';
import { DAY_S, type Transactions } from './transactions.ts';

test('cards are left out of a test day once one of their frauds is known', () => {
  // Three cards each have a fraud, on days 1 (learned from), 2 and 4; tests are on days 4 and 5.
  const rows = [
    [0, 9],
    [1, 1],
    [2, 2],
    [4, 1],
    [4, 2],
    [4, 3],
    [5, 1],
    [5, 2],
    [5, 3],
    [6, 9],
  ] as const;
  const transactions: Transactions = {
    seconds: Float64Array.from(rows, ([day]) => day * DAY_S + 5),
    customer: Uint32Array.from(rows, ([, customer]) => customer),
    terminal: new Uint32Array(rows.length),
    amount: new Float64Array(rows.length),
    fraud: Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0),
    customerCount: 10,
    terminalCount: 1,
  };
  const { train, test: tested } = splitFold(transactions, 0, {
    trainDays: 2,
    delayDays: 2,
    testDays: 2,
  });
  expect([...train]).toEqual([0, 1]);
  // On day 4 the labels of day 2 are not there yet; on day 5 they are.
  expect([...tested]).toEqual([4, 5, 8]);
});
