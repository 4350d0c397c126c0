import type { FeatureColumns } from './feature-dictionary.ts';
import { groupRows, rowsOfGroup } from './groups.ts';
import { DAY_S, type Transactions } from './transactions.ts';

/** Features that come from what is known of the terminal's earlier payments. */
export type TerminalFeature =
  | 'terminalCount1Day'
  | 'terminalRisk1Day'
  | 'terminalCount7Days'
  | 'terminalRisk7Days'
  | 'terminalCount30Days'
  | 'terminalRisk30Days'
  | 'terminalFrauds28Days'
  | 'terminalFraudRate28Days'
  | 'daysSinceFraud'
  | 'fraudStreak'
  | 'plainFrauds28Days'
  | 'plainFraudRate28Days'
  | 'daysSincePlainFraud'
  | 'plainFraudStreak'
  | 'plainStreakAgeDays'
  | 'genuineBeforeStreakDays';

/** Labels older than this say nothing of today. */
const MEMORY_DAYS = 28;
/** Frauds and payments added to a rate, so that few payments do not make an extreme one. */
const RATE_PRIOR = { frauds: 0.01, payments: 1 };
/** A plain fraud is one whose amount is below so many medians of its customer. */
const PLAIN_BELOW_MEDIANS = 2.2;

/**
 * What was known of a terminal at each transaction: only rows at least `labelDelayDays` older
 * count, since a label takes so long to arrive. Counts and risks over days are shifted back by the
 * delay (handbook, chapter 3). A plain fraud is one that its amount did not give away, so that it
 * accuses the terminal rather than the card; `amountOverMedian` is the customer's feature.
 */
export function terminalFeatures(
  transactions: Transactions,
  amountOverMedian: Float64Array,
  labelDelayDays: number,
): FeatureColumns<TerminalFeature> {
  const columns = emptyColumns(transactions.seconds.length);
  const groups = groupRows(transactions.terminal, transactions.terminalCount);
  for (let terminal = 0; terminal < transactions.terminalCount; terminal++) {
    const rows = rowsOfGroup(groups, terminal);
    const history = { transactions, amountOverMedian, rows, delayS: labelDelayDays * DAY_S };
    addWindow(history, 1, columns.terminalCount1Day, columns.terminalRisk1Day);
    addWindow(history, 7, columns.terminalCount7Days, columns.terminalRisk7Days);
    addWindow(history, 30, columns.terminalCount30Days, columns.terminalRisk30Days);
    addMemory(history, columns, labelDelayDays);
    addStreaks(history, columns);
  }
  return columns;
}

type Columns = FeatureColumns<TerminalFeature>;

interface History {
  readonly transactions: Transactions;
  readonly amountOverMedian: Float64Array;
  readonly rows: Uint32Array;
  readonly delayS: number;
}

function emptyColumns(length: number): Columns {
  return {
    terminalCount1Day: new Float64Array(length),
    terminalRisk1Day: new Float64Array(length),
    terminalCount7Days: new Float64Array(length),
    terminalRisk7Days: new Float64Array(length),
    terminalCount30Days: new Float64Array(length),
    terminalRisk30Days: new Float64Array(length),
    terminalFrauds28Days: new Float64Array(length),
    terminalFraudRate28Days: new Float64Array(length),
    daysSinceFraud: new Float64Array(length),
    fraudStreak: new Float64Array(length),
    plainFrauds28Days: new Float64Array(length),
    plainFraudRate28Days: new Float64Array(length),
    daysSincePlainFraud: new Float64Array(length),
    plainFraudStreak: new Float64Array(length),
    plainStreakAgeDays: new Float64Array(length),
    genuineBeforeStreakDays: new Float64Array(length),
  };
}

/** Payments and frauds known of the terminal within a window that ends where labels end. */
interface KnownCounts {
  readonly payments: number;
  readonly frauds: number;
  readonly plainFrauds: number;
}

/** Calls back for each row, with what is known of the `days` before the labels end. */
function eachKnownWindow(
  history: History,
  days: number,
  tell: (row: number, known: KnownCounts) => void,
): void {
  const { rows, delayS } = history;
  const { seconds, fraud } = history.transactions;
  const known = { payments: 0, frauds: 0, plainFrauds: 0 };
  const count = (row: number, times: 1 | -1): void => {
    known.payments += times;
    known.frauds += times * (fraud[row] ?? 0);
    if (isPlainFraud(history, row)) known.plainFrauds += times;
  };
  let [from, to] = [0, 0];
  for (const row of rows) {
    const labelled = (seconds[row] ?? 0) - delayS;
    for (; (seconds[rows[to] ?? 0] ?? 0) <= labelled; to++) count(rows[to] ?? 0, 1);
    const after = labelled - days * DAY_S;
    for (; (seconds[rows[from] ?? 0] ?? 0) <= after; from++) count(rows[from] ?? 0, -1);
    tell(row, known);
  }
}

function addWindow(
  history: History,
  days: number,
  counts: Float64Array,
  risks: Float64Array,
): void {
  eachKnownWindow(history, days, (row, { payments, frauds }) => {
    counts[row] = payments;
    risks[row] = payments > 0 ? frauds / payments : 0;
  });
}

/** Frauds as counts and smoothed rates over the days of the memory whose labels are there. */
function addMemory(history: History, columns: Columns, labelDelayDays: number): void {
  const days = Math.max(MEMORY_DAYS - labelDelayDays, 0);
  eachKnownWindow(history, days, (row, { payments, frauds, plainFrauds }) => {
    const rate = (count: number): number =>
      (count + RATE_PRIOR.frauds) / (payments + RATE_PRIOR.payments);
    columns.terminalFrauds28Days[row] = frauds;
    columns.terminalFraudRate28Days[row] = rate(frauds);
    columns.plainFrauds28Days[row] = plainFrauds;
    columns.plainFraudRate28Days[row] = rate(plainFrauds);
  });
}

/** Ages and lengths of runs of known frauds; an unplain fraud neither adds to nor ends a run. */
function addStreaks(history: History, columns: Columns): void {
  const { rows, delayS } = history;
  const { seconds, fraud } = history.transactions;
  let [fraudAt, streak, plainAt, plainStreak] = [Number.NaN, 0, Number.NaN, 0];
  let [plainStreakAt, genuineAt, genuineBeforeAt] = [Number.NaN, Number.NaN, Number.NaN];
  let next = 0;
  for (const row of rows) {
    const now = seconds[row] ?? 0;
    for (; (seconds[rows[next] ?? 0] ?? 0) <= now - delayS; next++) {
      const known = rows[next] ?? 0;
      const at = seconds[known] ?? 0;
      if (isPlainFraud(history, known)) {
        if (plainStreak === 0) [plainStreakAt, genuineBeforeAt] = [at, genuineAt];
        [plainAt, plainStreak] = [at, plainStreak + 1];
      }
      if (fraud[known]) [fraudAt, streak] = [at, streak + 1];
      else [genuineAt, streak, plainStreak] = [at, 0, 0];
    }
    const inStreak = plainStreak > 0;
    columns.daysSinceFraud[row] = (now - fraudAt) / DAY_S;
    columns.fraudStreak[row] = streak;
    columns.daysSincePlainFraud[row] = (now - plainAt) / DAY_S;
    columns.plainFraudStreak[row] = plainStreak;
    columns.plainStreakAgeDays[row] = inStreak ? (now - plainStreakAt) / DAY_S : Number.NaN;
    columns.genuineBeforeStreakDays[row] = inStreak ? (now - genuineBeforeAt) / DAY_S : Number.NaN;
  }
}

function isPlainFraud({ transactions, amountOverMedian }: History, row: number): boolean {
  return transactions.fraud[row] === 1 && !((amountOverMedian[row] ?? 0) > PLAIN_BELOW_MEDIANS);
}
