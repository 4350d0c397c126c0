import type { Columns } from './feature-bins.ts';
import type { TreeModel } from './model.ts';

/** The log-odds of one row, its features in the model's order; NaN where one is missing. */
export function margin(model: TreeModel, features: Float64Array): number {
  const { roots, column, threshold, left, value } = model;
  let sum = model.base;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] as number;
    for (let at = column[node] as number; at >= 0; at = column[node] as number) {
      const above = (features[at] as number) > (threshold[node] as number);
      node = (left[node] as number) + (above ? 1 : 0);
    }
    sum += value[node] as number;
  }
  return sum;
}

/** The probability of log-odds, between 0 and 1. */
export function probability(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

/** The probability of fraud of each of the given rows. */
export function scoreRows(model: TreeModel, columns: Columns, rows: Uint32Array): Float64Array {
  const features = new Float64Array(model.features.length);
  return Float64Array.from(rows, (row) => {
    readRow(columns, row, features);
    return probability(margin(model, features));
  });
}

/** Copies one row of the columns into `into`. */
export function readRow(columns: Columns, row: number, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = columns[i]?.[row] ?? Number.NaN;
}
