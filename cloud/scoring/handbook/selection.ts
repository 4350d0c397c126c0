import type { BoostingParameters } from '../trees/train.ts';
import { BOOK_FEATURES, FEATURE_NAMES } from './feature-dictionary.ts';
import {
  type Accuracy,
  type Candidate,
  type FeaturedTransactions,
  meanAccuracy,
  runFold,
  type Stopwatch,
} from './folds.ts';

/** When the folds begin that parameters are chosen on; their tests end before 2018-08-01. */
export const VALIDATION_FOLDS = ['2018-07-11', '2018-07-04', '2018-06-27', '2018-06-20'];

/** When the folds begin that are reported (handbook, chapter 5, "Prequential validation"). */
export const TEST_FOLDS = ['2018-08-15', '2018-08-08', '2018-08-01', '2018-07-25'];

const PLAIN: BoostingParameters = {
  trees: 200,
  learningRate: 0.05,
  maxDepth: 3,
  maxLeaves: 8,
  minLeafHessian: 2,
  minGain: 0,
  l2: 3,
  maxBins: 4096,
  rowShare: 1,
  columnShare: 1,
  seed: 1,
};

const all = (name: string, changes: Partial<BoostingParameters>): Candidate => ({
  name,
  features: FEATURE_NAMES,
  parameters: { ...PLAIN, ...changes },
});

const FEW_COLUMNS = { columnShare: 0.3, trees: 300 };

/** What is tried on the validation folds. */
export const CANDIDATES: readonly Candidate[] = [
  { ...all('book', {}), features: BOOK_FEATURES },
  all('plain', {}),
  all('sampled', { rowShare: 0.7, columnShare: 0.5 }),
  all('few-columns', FEW_COLUMNS),
  all('more-trees', { trees: 300 }),
  all('stumpy', { maxDepth: 2, maxLeaves: 4, trees: 400 }),
  all('deep', { maxDepth: 4, maxLeaves: 12 }),
  all('light', { l2: 1 }),
  all('heavy', { l2: 10 }),
  all('small-leaves', { minLeafHessian: 0.5 }),
  all('large-leaves', { minLeafHessian: 4 }),
  all('coarse', { maxBins: 255 }),
];

/** A candidate and its means over the validation folds. */
export interface Tried {
  readonly candidate: Candidate;
  readonly validation: Accuracy;
}

/** What the selection chose, and the figures that it was chosen by; `--select` does it again. */
export const CHOSEN: Tried = {
  candidate: all('few-columns', FEW_COLUMNS),
  validation: {
    auc: 0.8920203033992149,
    averagePrecision: 0.7607631110679898,
    cardPrecision100: 0.29321428571428576,
  },
};

/** Tries each candidate on the validation folds, the best average precision first. */
export function selectCandidate(
  data: FeaturedTransactions,
  stopwatch: Stopwatch,
  onTried: (tried: Tried) => void = () => {},
): readonly Tried[] {
  const tried = CANDIDATES.map((candidate) => {
    const folds = VALIDATION_FOLDS.map(
      (day) => runFold(data, candidate, Date.parse(day) / 1000, stopwatch).result,
    );
    const one = { candidate, validation: meanAccuracy(folds) };
    onTried(one);
    return one;
  });
  return tried.sort((a, b) => b.validation.averagePrecision - a.validation.averagePrecision);
}
