import { LABEL_DELAY_DAYS } from '#cloud/scoring/handbook/features.ts';
import { countFrauds } from '#cloud/scoring/handbook/folds.ts';
import { writeFraudModel } from '#cloud/scoring/handbook/fraud-model.ts';
import { CHOSEN } from '#cloud/scoring/handbook/selection.ts';
import { trainOnTransactions } from '#cloud/scoring/handbook/train-on-transactions.ts';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import {
  CSV_HELP,
  parseCount,
  readTransactions,
  refuseFile,
  rowsBetween,
  writeModel,
} from './score-input.ts';

const HELP = `Trains a model on transactions.

  tessera score train --transactions transactions.csv --model model.json

  --transactions FILE  what to learn from
  --model FILE         where the model is written
  --from, --to DATE    learn only from rows of these days (TO left out); earlier rows are history
  --seed N             for what is drawn at random (default 1)
  --json               {"model", "rows", "frauds", "trees", "trainSeconds"}
  --help               this text

${CSV_HELP}
How many trees are best is found on the last fifth of the rows; then all are learned from.
`;

/** `tessera score train` */
export const scoreTrain: Command = {
  name: 'train',
  summary: 'train a model on transactions',
  help: HELP,
  run(args, console) {
    const { values } = readOptions(args, {
      transactions: { type: 'string' },
      model: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    });
    if (values.model === undefined) throw new UsageError('Give --model OUT.json.');
    const seed = parseCount(values.seed, '--seed', 2 ** 32 - 1);
    const read = readTransactions(values.transactions, console);
    if (!read.ok) return refuseFile(read.error, values.json, console);
    const { transactions } = read.value;
    const rows = rowsBetween(transactions, values.from, values.to);
    const frauds = countFrauds(transactions, rows);
    if (frauds === 0 || frauds === rows.length) {
      const error = { kind: 'one-label-only', path: 'TX_FRAUD', offset: 0 };
      return refuseFile(error, values.json, console);
    }
    const started = performance.now();
    const { parameters } = CHOSEN.candidate;
    const model = trainOnTransactions(
      read.value,
      rows,
      { ...parameters, seed },
      LABEL_DELAY_DAYS,
      (count) => {
        if (count % 50 === 0) console.err(`${count} trees\n`);
      },
    );
    const trainSeconds = (performance.now() - started) / 1000;
    writeModel(values.model, writeFraudModel(model));
    const trees = model.model.roots.length;
    const report = { model: values.model, rows: model.rows, frauds, trees, trainSeconds };
    console.out(
      values.json
        ? `${JSON.stringify(report)}\n`
        : `${trees} trees from ${model.rows} rows (${frauds} frauds) in ` +
            `${trainSeconds.toFixed(1)} s.\n`,
    );
    return 0;
  },
};
