import { foldStarts, scoreMicrosecondsP99 } from '#cloud/scoring/handbook/evaluation.ts';
import type { FeatureName } from '#cloud/scoring/handbook/feature-dictionary.ts';
import { selectColumns } from '#cloud/scoring/handbook/features.ts';
import { countFrauds, type Fold, measureAccuracy, runFold } from '#cloud/scoring/handbook/folds.ts';
import type { FraudModel } from '#cloud/scoring/handbook/fraud-model.ts';
import { CHOSEN } from '#cloud/scoring/handbook/selection.ts';
import { scoreRows } from '#cloud/scoring/trees/score.ts';
import { malformed, ok } from '#kernel/bytes/result.ts';
import { type Command, type Console, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { stopwatch, summary } from './score-handbook.ts';
import {
  CSV_HELP,
  type FeaturedFile,
  parseCount,
  parseDate,
  readModel,
  readTransactions,
  refuseFile,
  rowsBetween,
} from './score-input.ts';
import { accuracyLine, foldLine } from './score-view.ts';

const HELP = `Measures how well frauds are told apart.

  tessera score evaluate --transactions transactions.csv
  tessera score evaluate --transactions later.csv --model model.json --from 2018-08-08

Without a model it trains and tests by the handbook's protocol: folds of 7 days to learn from,
7 until labels are known and 7 to test, a week apart; the last fold ends with the file.

  --transactions FILE  what to test on
  --folds N            how many folds, if the file is long enough (default 4)
  --start DATE         when the last fold begins to learn
  --model FILE         test this model instead
  --from, --to DATE    test only rows of these days (TO left out); earlier rows are history
  --json               {"rows", "frauds", "folds", "auc", "averagePrecision", "cardPrecision100",
                       "trainSeconds", "scoreMicrosecondsP99"}; of a model, instead of folds and
                       trainSeconds, {"testRows", "testFrauds", "rowsInTrainingPeriod"}
  --help               this text

${CSV_HELP}
`;

/** `tessera score evaluate` */
export const scoreEvaluate: Command = {
  name: 'evaluate',
  summary: 'measure accuracy on transactions',
  help: HELP,
  run(args, console) {
    const { values } = readOptions(args, {
      transactions: { type: 'string' },
      model: { type: 'string' },
      folds: { type: 'string' },
      start: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const { json } = values;
    const ofModel = values.model !== undefined;
    const foreign = ofModel ? (values.folds ?? values.start) : (values.from ?? values.to);
    if (foreign !== undefined)
      throw new UsageError('--from and --to go with --model, --folds and --start without.');
    const model = ofModel ? readModel(values.model) : undefined;
    if (model && !model.ok) return refuseFile(model.error, json, console);
    const start = values.start === undefined ? undefined : parseDate(values.start);
    const folds = parseCount(values.folds ?? '4', '--folds', 1000);
    const read = readTransactions(values.transactions, console, model?.value.labelDelayDays);
    if (!read.ok) return refuseFile(read.error, json, console);
    const report = model
      ? testModel(
          model.value,
          read.value,
          rowsBetween(read.value.transactions, values.from, values.to),
        )
      : testFolds(read.value, folds, start, console);
    if (!report.ok) return refuseFile(report.error, json, console);
    const { value } = report;
    console.out(json ? `${JSON.stringify(value)}\n` : `${accuracyLine(value)}\n`);
    return 0;
  },
};

function testFolds(data: FeaturedFile, count: number, start: number | undefined, console: Console) {
  const { transactions } = data;
  const folds: Fold[] = [];
  for (const from of foldStarts(transactions, count, start)) {
    const fold = runFold(data, CHOSEN.candidate, from, stopwatch);
    console.err(foldLine(fold.result));
    const { trainFrauds, testFrauds } = fold.result;
    if (trainFrauds === 0 || testFrauds === 0)
      return malformed('fold-without-fraud', fold.result.trainFrom, 0);
    folds.push(fold);
  }
  if (folds.length === 0) return malformed('too-few-days', 'TX_DATETIME', 0);
  return ok({ ...totals(data), ...summary(data, folds) });
}

function testModel(
  { model, trainedFromS, trainedUntilS }: FraudModel,
  data: FeaturedFile,
  rows: Uint32Array,
) {
  const { transactions, features } = data;
  const testFrauds = countFrauds(transactions, rows);
  if (testFrauds === 0 || testFrauds === rows.length)
    return malformed('one-label-only', 'TX_FRAUD', 0);
  const columns = selectColumns(features, model.features as readonly FeatureName[]);
  const isLearned = (row: number): boolean => {
    const at = transactions.seconds[row] ?? 0;
    return at >= trainedFromS && at <= trainedUntilS;
  };
  const p99 = scoreMicrosecondsP99(model, columns, rows, stopwatch);
  return ok({
    ...totals(data),
    testRows: rows.length,
    testFrauds,
    rowsInTrainingPeriod: rows.filter(isLearned).length,
    ...measureAccuracy(transactions, rows, scoreRows(model, columns, rows)),
    scoreMicrosecondsP99: Number(p99.toFixed(2)),
  });
}

function totals({ transactions }: FeaturedFile) {
  const { fraud } = transactions;
  return { rows: fraud.length, frauds: fraud.reduce((sum, one) => sum + one, 0) };
}
