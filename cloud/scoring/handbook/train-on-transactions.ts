import { type BoostingParameters, trainModel } from '../trees/train.ts';
import { FEATURE_NAMES } from './feature-dictionary.ts';
import { selectColumns } from './features.ts';
import { countFrauds, type FeaturedTransactions } from './folds.ts';
import type { FraudModel } from './fraud-model.ts';

/** Fewer frauds are too few to stop by. */
const FRAUDS_TO_STOP_BY = 20;
const HELD_OUT_SHARE = 0.2;
const MOST_TREES = 1_000;

/**
 * Trains on a range of rows in order of time. The last fifth is held out first, to find how many
 * trees are best; with that count it is trained again on all. If the fifth has fewer than 20 frauds
 * the parameters' own count is taken.
 */
export function trainOnTransactions(
  { transactions, features }: FeaturedTransactions,
  rows: Uint32Array,
  parameters: BoostingParameters,
  labelDelayDays: number,
  onTree?: (count: number) => void,
): FraudModel {
  const labels = transactions.fraud;
  const data = { features: FEATURE_NAMES, columns: selectColumns(features), labels };
  const middle = Math.floor(rows.length * (1 - HELD_OUT_SHARE));
  const [early, heldOut] = [rows.subarray(0, middle), rows.subarray(middle)];
  const tell = onTree && { onTree };
  let trees = parameters.trees;
  if (countFrauds(transactions, heldOut) >= FRAUDS_TO_STOP_BY) {
    const most = { ...parameters, trees: MOST_TREES };
    const found = trainModel({ ...data, rows: early }, most, { heldOut, ...tell });
    trees = Math.max(found.roots.length, 1);
  }
  return {
    model: trainModel({ ...data, rows }, { ...parameters, trees }, { ...tell }),
    labelDelayDays,
    trainedFromS: transactions.seconds[rows[0] ?? 0] ?? 0,
    trainedUntilS: transactions.seconds[rows.at(-1) ?? 0] ?? 0,
    rows: rows.length,
    frauds: countFrauds(transactions, rows),
  };
}
