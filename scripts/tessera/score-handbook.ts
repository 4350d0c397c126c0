import { scoreMicrosecondsP99 } from '#cloud/scoring/handbook/evaluation.ts';
import { computeFeatures, selectColumns } from '#cloud/scoring/handbook/features.ts';
import {
  type FeaturedTransactions,
  type Fold,
  meanAccuracy,
  runFold,
} from '#cloud/scoring/handbook/folds.ts';
import {
  CHOSEN,
  selectCandidate,
  TEST_FOLDS,
  type Tried,
} from '#cloud/scoring/handbook/selection.ts';
import { type Simulation, simulate } from '#cloud/scoring/handbook/simulator.ts';
import type { Command, Console } from './command.ts';
import { readOptions } from './read-options.ts';
import { accuracyLine, foldLine } from './score-view.ts';

const HELP = `Makes the Fraud Detection Handbook's data, trains and tests by its protocol, all from
nothing.

  tessera score handbook --json
  tessera score handbook --select

  --select  choose features and parameters on the validation folds again (minutes), and use them
  --json    {"rows", "frauds", "fraudsByScenario", "candidate", "validation", "folds", "auc",
            "averagePrecision", "cardPrecision100", "trainSeconds", "scoreMicrosecondsP99",
            "seconds"}
  --help    this text

Accuracies are means over the four test folds; trainSeconds is what one fold's training takes, the
mean of them; scoreMicrosecondsP99 is one score from its features. docs/SCORING.md has the protocol.
`;

/** `tessera score handbook` */
export const scoreHandbook: Command = {
  name: 'handbook',
  summary: "train and test on the Fraud Detection Handbook's data",
  help: HELP,
  run(args, console) {
    const { values } = readOptions(args, {
      select: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const started = stopwatch();
    const simulation = simulate();
    const { transactions, fraudsAdded } = simulation;
    console.err(`${transactions.seconds.length} transactions made (${since(started)} s).\n`);
    const data = { transactions, features: computeFeatures(transactions) };
    console.err(`Features computed (${since(started)} s).\n`);
    const tried = values.select ? select(data, console) : CHOSEN;
    const folds = TEST_FOLDS.map((day) => {
      const fold = runFold(data, tried.candidate, Date.parse(day) / 1000, stopwatch);
      console.err(foldLine(fold.result));
      return fold;
    });
    const report = {
      ...counts(simulation),
      fraudsByScenario: fraudsAdded,
      candidate: tried.candidate,
      validation: tried.validation,
      ...summary(data, folds),
      seconds: Number(since(started)),
    };
    console.out(values.json ? `${JSON.stringify(report)}\n` : text(report));
    return 0;
  },
};

/** Milliseconds since some moment. */
export function stopwatch(): number {
  return performance.now();
}

/** The figures of folds of the same features: each, the means, the time to train and to score. */
export function summary({ features }: FeaturedTransactions, folds: readonly Fold[]) {
  const results = folds.map(({ result }) => result);
  const [first] = folds;
  if (!first) throw new RangeError('a summary needs a fold');
  const { model, testRows } = first;
  const columns = selectColumns(features);
  const timed = scoreMicrosecondsP99(model, columns, testRows, stopwatch);
  return {
    folds: results,
    ...meanAccuracy(results),
    trainSeconds: results.reduce((sum, fold) => sum + fold.trainSeconds, 0) / results.length,
    scoreMicrosecondsP99: Number(timed.toFixed(2)),
  };
}

function counts({ transactions, fraudsAdded }: Simulation) {
  return {
    rows: transactions.seconds.length,
    frauds: fraudsAdded.reduce((sum, count) => sum + count, 0),
  };
}

function select(data: FeaturedTransactions, console: Console): Tried {
  const [best] = selectCandidate(data, stopwatch, ({ candidate, validation }) =>
    console.err(`${candidate.name.padEnd(12)} ${accuracyLine(validation)}\n`),
  );
  return best ?? CHOSEN;
}

function since(started: number): string {
  return ((stopwatch() - started) / 1000).toFixed(1);
}

type Report = ReturnType<typeof summary> & {
  readonly rows: number;
  readonly frauds: number;
  readonly candidate: { readonly name: string };
  readonly validation: Tried['validation'];
};

function text(report: Report): string {
  return [
    `${report.rows} transactions, ${report.frauds} frauds`,
    `Validation folds (${report.candidate.name}): ${accuracyLine(report.validation)}`,
    `Test folds: ${accuracyLine(report)}`,
    `Training ${report.trainSeconds.toFixed(1)} s a fold; 99 % of scores within ${
      report.scoreMicrosecondsP99
    } µs`,
    '',
  ].join('\n');
}
