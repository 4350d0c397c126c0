import type { Columns } from '../trees/feature-bins.ts';
import type { TreeModel } from '../trees/model.ts';
import { margin, probability, readRow } from '../trees/score.ts';
import type { Stopwatch } from './folds.ts';
import { HANDBOOK_PERIODS, type Periods } from './split.ts';
import { DAY_S, dayOf, type Transactions } from './transactions.ts';

/**
 * When up to `count` folds begin, the latest first and each a test period before the other, so that
 * the latest ends with the transactions (or begins at `latestS`) and none begins before them.
 */
export function foldStarts(
  { seconds }: Transactions,
  count: number,
  latestS?: number,
  { trainDays, delayDays, testDays }: Periods = HANDBOOK_PERIODS,
): readonly number[] {
  const first = dayOf(seconds[0] ?? 0) * DAY_S;
  const end = (dayOf(seconds.at(-1) ?? 0) + 1) * DAY_S;
  const latest = latestS ?? end - (trainDays + delayDays + testDays) * DAY_S;
  const starts = Array.from({ length: count }, (_, i) => latest - i * testDays * DAY_S);
  return starts.filter((start) => start >= first && start + (trainDays + delayDays) * DAY_S < end);
}

const WARM_UP = 2_000;
const TIMED = 20_000;

/**
 * The 99th percentile of what one score takes, in microseconds: from the features of one row to its
 * probability, each timed alone, after a warm-up, over the given rows and again from the first.
 */
export function scoreMicrosecondsP99(
  model: TreeModel,
  columns: Columns,
  rows: Uint32Array,
  stopwatch: Stopwatch,
): number {
  const features = new Float64Array(model.features.length);
  const taken = new Float64Array(TIMED);
  for (let i = -WARM_UP; i < TIMED; i++) {
    readRow(columns, rows[(i + WARM_UP) % rows.length] ?? 0, features);
    const started = stopwatch();
    probability(margin(model, features));
    if (i >= 0) taken[i] = (stopwatch() - started) * 1000;
  }
  return taken.sort()[Math.ceil(TIMED * 0.99) - 1] ?? 0;
}
