import type { TreeModel } from '../trees/model.ts';
import { scoreRows } from '../trees/score.ts';
import { type BoostingParameters, trainModel } from '../trees/train.ts';
import type { FeatureColumns, FeatureName } from './feature-dictionary.ts';
import { selectColumns } from './features.ts';
import { areaUnderRoc, averagePrecision, cardPrecision } from './metrics.ts';
import { HANDBOOK_PERIODS, type Periods, splitFold } from './split.ts';
import { dayOf, type Transactions } from './transactions.ts';

/** How well scores tell frauds apart. */
export interface Accuracy {
  readonly auc: number;
  readonly averagePrecision: number;
  /** Mean over test days, of the 100 cards that score highest. */
  readonly cardPrecision100: number;
}

/** One fold: what was learned from, what was tested, and how well it went. */
export interface FoldResult extends Accuracy {
  /** First day learned from, as YYYY-MM-DD. */
  readonly trainFrom: string;
  readonly trainRows: number;
  readonly trainFrauds: number;
  readonly testRows: number;
  readonly testFrauds: number;
  readonly trainSeconds: number;
}

/** A fold's result with the model and the rows that it was tested on. */
export interface Fold {
  readonly result: FoldResult;
  readonly model: TreeModel;
  readonly testRows: Uint32Array;
}

/** Transactions with their features. */
export interface FeaturedTransactions {
  readonly transactions: Transactions;
  readonly features: FeatureColumns;
}

/** What is trained in each fold. */
export interface Candidate {
  readonly name: string;
  readonly features: readonly FeatureName[];
  readonly parameters: BoostingParameters;
}

/** Milliseconds of a clock that only rises. */
export type Stopwatch = () => number;

/** Trains on one fold's days and tests on its later ones. */
export function runFold(
  { transactions, features }: FeaturedTransactions,
  { features: names, parameters }: Candidate,
  trainFromS: number,
  stopwatch: Stopwatch,
  periods: Periods = HANDBOOK_PERIODS,
): Fold {
  const { train, test } = splitFold(transactions, trainFromS, periods);
  const columns = selectColumns(features, names);
  const labels = transactions.fraud;
  const started = stopwatch();
  const model = trainModel({ features: names, columns, labels, rows: train }, parameters);
  const trainSeconds = (stopwatch() - started) / 1000;
  const result = {
    trainFrom: new Date(trainFromS * 1000).toISOString().slice(0, 10),
    trainRows: train.length,
    trainFrauds: countFrauds(transactions, train),
    testRows: test.length,
    testFrauds: countFrauds(transactions, test),
    ...measureAccuracy(transactions, test, scoreRows(model, columns, test)),
    trainSeconds,
  };
  return { result, model, testRows: test };
}

/** Measures scores of some rows against what was found out about them. */
export function measureAccuracy(
  { seconds, customer, fraud }: Transactions,
  rows: Uint32Array,
  scores: Float64Array,
): Accuracy {
  const scored = {
    scores,
    labels: Uint8Array.from(rows, (row) => fraud[row] ?? 0),
    customer: Uint32Array.from(rows, (row) => customer[row] ?? 0),
    day: Int32Array.from(rows, (row) => dayOf(seconds[row] ?? 0)),
  };
  return {
    auc: areaUnderRoc(scored),
    averagePrecision: averagePrecision(scored),
    cardPrecision100: cardPrecision(scored, 100),
  };
}

/** The means over folds. */
export function meanAccuracy(folds: readonly Accuracy[]): Accuracy {
  const mean = (of: (fold: Accuracy) => number): number =>
    folds.reduce((sum, fold) => sum + of(fold), 0) / folds.length;
  return {
    auc: mean(({ auc }) => auc),
    averagePrecision: mean((fold) => fold.averagePrecision),
    cardPrecision100: mean(({ cardPrecision100 }) => cardPrecision100),
  };
}

/** How many of the rows are frauds. */
export function countFrauds({ fraud }: Transactions, rows: Uint32Array): number {
  return rows.reduce((sum, row) => sum + (fraud[row] ?? 0), 0);
}
