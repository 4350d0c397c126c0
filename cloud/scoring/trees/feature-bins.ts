/** Numeric columns, one entry per row; NaN where a value is missing. */
export type Columns = readonly Float64Array[];

/** Columns as small whole numbers, for the rows that are learned from. */
export interface BinnedColumns {
  /** Per column and learned row: how many of the column's thresholds the value exceeds. */
  readonly bins: readonly Uint16Array[];
  /**
   * Per column, rising. A missing value exceeds none; where values are missing the first is
   * -Infinity, which all others exceed.
   */
  readonly thresholds: readonly Float64Array[];
}

/**
 * Cuts columns at their quantiles over the given rows: a bin per different value, or `maxBins` of
 * about as many rows each (at most 65,536).
 */
export function binColumns(columns: Columns, rows: Uint32Array, maxBins: number): BinnedColumns {
  const binned = columns.map((column) => {
    const values = Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
    const thresholds = quantileThresholds(values, maxBins);
    return { thresholds, bins: Uint16Array.from(values, (value) => binOf(value, thresholds)) };
  });
  return {
    bins: binned.map((column) => column.bins),
    thresholds: binned.map((column) => column.thresholds),
  };
}

/** How many thresholds a value exceeds. */
function binOf(value: number, thresholds: Float64Array): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > (thresholds[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function quantileThresholds(values: Float64Array, maxBins: number): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const thresholds = sorted.length < values.length ? [Number.NEGATIVE_INFINITY] : [];
  const distinct = countDistinct(sorted);
  const rowsPerBin = distinct <= maxBins ? 0 : sorted.length / maxBins;
  let filledAt = 0;
  for (let i = 1; i < sorted.length; i++) {
    const [below, above] = [sorted[i - 1] ?? 0, sorted[i] ?? 0];
    if (below === above || i - filledAt < rowsPerBin) continue;
    thresholds.push(between(below, above));
    filledAt = i;
  }
  return Float64Array.from(thresholds);
}

function countDistinct(sorted: Float64Array): number {
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) count++;
  return count;
}

/** A number that the upper of two exceeds and the lower does not. */
function between(below: number, above: number): number {
  const middle = below + (above - below) / 2;
  return middle < above ? middle : below;
}
