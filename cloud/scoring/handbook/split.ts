import { DAY_S, firstAtOrAfter, type Transactions } from './transactions.ts';

/** How a fold divides time: days to learn from, days until labels are known, days to test on. */
export interface Periods {
  readonly trainDays: number;
  readonly delayDays: number;
  readonly testDays: number;
}

/** The handbook's periods: a week each. */
export const HANDBOOK_PERIODS: Periods = { trainDays: 7, delayDays: 7, testDays: 7 };

/** Rows of a fold, in order of time. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Divides the transactions of one fold (handbook, chapter 3, "Defining a training and a test set").
 * A card is left out of a test day when one of its frauds is known by then: of the training days,
 * or of the days whose labels have arrived since.
 */
export function splitFold(
  transactions: Transactions,
  trainFromS: number,
  { trainDays, delayDays, testDays }: Periods,
): Split {
  const { customer, fraud } = transactions;
  const at = (day: number): number => firstAtOrAfter(transactions, trainFromS + day * DAY_S);
  const known = new Set<number>();
  let knownUntil = at(0);
  const learnUntil = (end: number): void => {
    for (; knownUntil < end; knownUntil++)
      if (fraud[knownUntil]) known.add(customer[knownUntil] ?? 0);
  };
  const test: number[] = [];
  for (let day = 0; day < testDays; day++) {
    learnUntil(at(trainDays + day));
    const end = at(trainDays + delayDays + day + 1);
    for (let i = at(trainDays + delayDays + day); i < end; i++)
      if (!known.has(customer[i] ?? 0)) test.push(i);
  }
  const [from, to] = [at(0), at(trainDays)];
  return {
    train: Uint32Array.from({ length: to - from }, (_, i) => from + i),
    test: Uint32Array.from(test),
  };
}
