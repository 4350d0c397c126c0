import type { FeatureColumns } from './feature-dictionary.ts';
import { groupRows, rowsOfGroup } from './groups.ts';
import { RecentAmounts } from './recent-amounts.ts';
import { DAY_S, type Transactions } from './transactions.ts';

/** Features that come from the customer's own payments. */
export type CustomerFeature =
  | 'customerCount1Day'
  | 'customerMean1Day'
  | 'customerCount7Days'
  | 'customerMean7Days'
  | 'customerCount30Days'
  | 'customerMean30Days'
  | 'amountOverMean'
  | 'amountOverMedian'
  | 'amountOverMax'
  | 'amountDeviation'
  | 'greatestSurge14Days'
  | 'surges14Days';

/** How many amounts the median and the largest are taken of. */
const RECENT = 50;
/** A surge is an amount of at least so many medians. */
const SURGE_FROM = 2.5;
/** Fewer amounts make no median to call a surge by. */
const SURGE_HISTORY = 3;
const SURGE_DAYS = 14;

/**
 * What each customer's payments up to a transaction say of it. Counts and means over days include
 * the transaction (handbook, chapter 3); all else is of earlier ones only. No label is used.
 */
export function customerFeatures(transactions: Transactions): FeatureColumns<CustomerFeature> {
  const { length } = transactions.seconds;
  const columns = {
    customerCount1Day: new Float64Array(length),
    customerMean1Day: new Float64Array(length),
    customerCount7Days: new Float64Array(length),
    customerMean7Days: new Float64Array(length),
    customerCount30Days: new Float64Array(length),
    customerMean30Days: new Float64Array(length),
    amountOverMean: new Float64Array(length),
    amountOverMedian: new Float64Array(length),
    amountOverMax: new Float64Array(length),
    amountDeviation: new Float64Array(length),
    greatestSurge14Days: new Float64Array(length),
    surges14Days: new Float64Array(length),
  };
  const groups = groupRows(transactions.customer, transactions.customerCount);
  for (let customer = 0; customer < transactions.customerCount; customer++) {
    const rows = rowsOfGroup(groups, customer);
    addWindow(transactions, rows, 1, columns.customerCount1Day, columns.customerMean1Day);
    addWindow(transactions, rows, 7, columns.customerCount7Days, columns.customerMean7Days);
    addWindow(transactions, rows, 30, columns.customerCount30Days, columns.customerMean30Days);
    addPriorMoments(transactions, rows, columns);
    addRecent(transactions, rows, columns);
    addSurges(transactions, rows, columns);
  }
  return columns;
}

type Columns = FeatureColumns<CustomerFeature>;

/** Count and mean of the amounts of the last days, this one included. */
function addWindow(
  { seconds, amount }: Transactions,
  rows: Uint32Array,
  days: number,
  counts: Float64Array,
  means: Float64Array,
): void {
  let [from, sum] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const after = (seconds[row] ?? 0) - days * DAY_S;
    sum += amount[row] ?? 0;
    for (; (seconds[rows[from] ?? 0] ?? 0) <= after; from++) sum -= amount[rows[from] ?? 0] ?? 0;
    counts[row] = i + 1 - from;
    means[row] = sum / (i + 1 - from);
  }
}

/** The amount against the mean and the standard deviation of all before it (Welford's sums). */
function addPriorMoments({ amount }: Transactions, rows: Uint32Array, columns: Columns): void {
  let [mean, squares] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const much = amount[row] ?? 0;
    const deviation = Math.sqrt(squares / i);
    columns.amountOverMean[row] = i > 0 ? much / mean : Number.NaN;
    columns.amountDeviation[row] = deviation > 0 ? (much - mean) / deviation : Number.NaN;
    const step = much - mean;
    mean += step / (i + 1);
    squares += step * (much - mean);
  }
}

function addRecent({ amount }: Transactions, rows: Uint32Array, columns: Columns): void {
  const recent = new RecentAmounts(RECENT);
  for (const row of rows) {
    const much = amount[row] ?? 0;
    columns.amountOverMedian[row] = much / recent.median;
    columns.amountOverMax[row] = much / recent.max;
    recent.add(much);
  }
}

/** How many surges there were lately, and how many medians the greatest amount was. */
function addSurges({ seconds }: Transactions, rows: Uint32Array, columns: Columns): void {
  const { amountOverMedian, greatestSurge14Days, surges14Days } = columns;
  let from = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const after = (seconds[row] ?? 0) - SURGE_DAYS * DAY_S;
    while ((seconds[rows[from] ?? 0] ?? 0) <= after) from++;
    let [greatest, surges] = [0, 0];
    for (let j = Math.max(from, SURGE_HISTORY); j < i; j++) {
      const medians = amountOverMedian[rows[j] ?? 0] ?? 0;
      if (medians > greatest) greatest = medians;
      if (medians >= SURGE_FROM) surges++;
    }
    greatestSurge14Days[row] = greatest;
    surges14Days[row] = surges;
  }
}
