import type { Accuracy, FoldResult } from '#cloud/scoring/handbook/folds.ts';

/** Accuracy in one line. */
export function accuracyLine({ auc, averagePrecision, cardPrecision100 }: Accuracy): string {
  const figures = [auc, averagePrecision, cardPrecision100].map((figure) => figure.toFixed(3));
  return `AUC ${figures[0]}  average precision ${figures[1]}  card precision@100 ${figures[2]}`;
}

/** One fold in one line. */
export function foldLine(fold: FoldResult): string {
  const { trainFrom, trainRows, testRows, testFrauds, trainSeconds } = fold;
  const seconds = trainSeconds.toFixed(1);
  return (
    `From ${trainFrom}: ${trainRows} rows learned from in ${seconds} s, ` +
    `${testRows} tested (${testFrauds} frauds): ${accuracyLine(fold)}\n`
  );
}
