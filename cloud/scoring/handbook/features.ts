import { customerFeatures } from './customer-features.ts';
import { FEATURE_NAMES, type FeatureColumns, type FeatureName } from './feature-dictionary.ts';
import { terminalFeatures } from './terminal-features.ts';
import { DAY_S, type Transactions } from './transactions.ts';

/** Labels arrive seven days after the transaction, as the handbook has it. */
export const LABEL_DELAY_DAYS = 7;

const SATURDAY = 5;
const NIGHT_UNTIL_HOUR = 6;
/** 1970-01-01 was a Thursday; Monday is 0. */
const WEEKDAY_OF_DAY_0 = 3;

/**
 * All features of all transactions. What a row gets depends on rows before it, and on labels of
 * rows that are older by the delay; never on its own label.
 */
export function computeFeatures(
  transactions: Transactions,
  labelDelayDays = LABEL_DELAY_DAYS,
): FeatureColumns {
  if (!(labelDelayDays > 0)) throw new RangeError('a row must not see its own label');
  const customer = customerFeatures(transactions);
  return {
    amount: transactions.amount,
    weekend: transactions.seconds.map((seconds) => (weekday(seconds) >= SATURDAY ? 1 : 0)),
    night: transactions.seconds.map((seconds) => (hour(seconds) <= NIGHT_UNTIL_HOUR ? 1 : 0)),
    ...customer,
    ...terminalFeatures(transactions, customer.amountOverMedian, labelDelayDays),
  };
}

/** The columns of some features, in the order of their names. */
export function selectColumns(
  features: FeatureColumns,
  names: readonly FeatureName[] = FEATURE_NAMES,
): readonly Float64Array[] {
  return names.map((name) => features[name]);
}

function weekday(seconds: number): number {
  return (Math.floor(seconds / DAY_S) + WEEKDAY_OF_DAY_0) % 7;
}

function hour(seconds: number): number {
  return Math.floor((seconds % DAY_S) / 3_600);
}
