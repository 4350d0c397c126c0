import { NumpyRandomState } from '../random/numpy-random-state.ts';
import { PythonRandom } from '../random/python-random.ts';
import { DAY_S, firstAtOrAfter, type Transactions } from './transactions.ts';

const FRAUDULENT_ABOVE = 220;
const TERMINALS_PER_DAY = 2;
const TERMINAL_DAYS = 28;
const CUSTOMERS_PER_DAY = 3;
const CUSTOMER_DAYS = 14;
const SHARE_OF_CUSTOMER = 3;
const AMOUNT_FACTOR = 5;

/**
 * Plants the frauds of the handbook's three scenarios (chapter 3, "Fraud scenarios generation"):
 * marks rows, and multiplies amounts in the third. Returns how many each scenario added.
 */
export function addFrauds(
  transactions: Transactions,
  firstDayS: number,
  days: number,
): readonly [number, number, number] {
  const { fraud } = transactions;
  const counts = [0];
  for (const scenario of [markLargeAmounts, markTerminals, markCustomers]) {
    scenario(transactions, firstDayS, days);
    counts.push(fraud.reduce((sum, one) => sum + one, 0));
  }
  const added = (i: number): number => (counts[i] ?? 0) - (counts[i - 1] ?? 0);
  return [added(1), added(2), added(3)];
}

function markLargeAmounts({ amount, fraud }: Transactions): void {
  for (let i = 0; i < amount.length; i++) if ((amount[i] ?? 0) > FRAUDULENT_ABOVE) fraud[i] = 1;
}

/** Each day but the last, two terminals are compromised for 28 days. */
function markTerminals(transactions: Transactions, firstDayS: number, days: number): void {
  const { terminal, terminalCount, fraud } = transactions;
  for (let day = 0; day < days - 1; day++) {
    const chosen = new NumpyRandomState(day).choice(terminalCount, TERMINALS_PER_DAY);
    for (const i of rowsOf(transactions, terminal, chosen, firstDayS + day * DAY_S, TERMINAL_DAYS))
      fraud[i] = 1;
  }
}

/** Each day but the last, a third of what three customers pay in 14 days is five times as much. */
function markCustomers(transactions: Transactions, firstDayS: number, days: number): void {
  const { customer, customerCount, amount, fraud } = transactions;
  for (let day = 0; day < days - 1; day++) {
    const chosen = new NumpyRandomState(day).choice(customerCount, CUSTOMERS_PER_DAY);
    const from = firstDayS + day * DAY_S;
    const rows = rowsOf(transactions, customer, chosen, from, CUSTOMER_DAYS);
    const count = Math.floor(rows.length / SHARE_OF_CUSTOMER);
    for (const drawn of new PythonRandom(day).sample(rows.length, count)) {
      const i = rows[drawn] ?? 0;
      amount[i] = (amount[i] ?? 0) * AMOUNT_FACTOR;
      fraud[i] = 1;
    }
  }
}

function rowsOf(
  transactions: Transactions,
  column: Uint32Array,
  chosen: readonly number[],
  from: number,
  days: number,
): readonly number[] {
  const rows: number[] = [];
  const end = firstAtOrAfter(transactions, from + days * DAY_S);
  for (let i = firstAtOrAfter(transactions, from); i < end; i++) {
    if (chosen.includes(column[i] ?? 0)) rows.push(i);
  }
  return rows;
}
