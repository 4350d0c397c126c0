import type { FeatureName } from '#cloud/scoring/handbook/feature-dictionary.ts';
import { selectColumns } from '#cloud/scoring/handbook/features.ts';
import { type ExplainedScore, explainScore } from '#cloud/scoring/handbook/fraud-model.ts';
import { readRow } from '#cloud/scoring/trees/score.ts';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { CSV_HELP, parseCount, readModel, readTransactions, refuseFile } from './score-input.ts';

const HELP = `Scores one transaction and says why.

  tessera score explain --model model.json --transactions transactions.csv --row 120

  --model FILE         the model
  --transactions FILE  the transaction and those before it
  --row N              which: 1 is the first line under the header
  --json               {"row", "score", "margin", "expected", "reasons": [{"code", "meaning",
                       "feature", "value", "contribution"}]}: all features, the most raising first
  --help               this text

${CSV_HELP}
Contributions are log-odds. With "expected" they add up to the margin; the score is its probability.
`;

/** How many reasons are told in words. */
const TOLD = 5;

/** `tessera score explain` */
export const scoreExplain: Command = {
  name: 'explain',
  summary: "give one score's reasons",
  help: HELP,
  run(args, console) {
    const { values } = readOptions(args, {
      model: { type: 'string' },
      transactions: { type: 'string' },
      row: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (values.row === undefined) throw new UsageError('Give --row N.');
    const row = parseCount(values.row, '--row', 2 ** 32 - 1);
    const model = readModel(values.model);
    if (!model.ok) return refuseFile(model.error, values.json, console);
    const { labelDelayDays } = model.value;
    const read = readTransactions(values.transactions, console, labelDelayDays);
    if (!read.ok) return refuseFile(read.error, values.json, console);
    const { fileRow, features } = read.value;
    const at = fileRow.indexOf(row - 1);
    if (at < 0) throw new UsageError(`--row takes 1 to ${fileRow.length}.`);
    const names = model.value.model.features as readonly FeatureName[];
    const inputs = new Float64Array(names.length);
    readRow(selectColumns(features, names), at, inputs);
    const explained = explainScore(model.value.model, inputs);
    console.out(values.json ? `${JSON.stringify({ row, ...explained })}\n` : text(explained));
    return 0;
  },
};

function text({ score, margin, expected, reasons }: ExplainedScore): string {
  const told = reasons.slice(0, TOLD).filter(({ contribution }) => contribution > 0);
  const lines = told.map(({ code, meaning, value, contribution }) => {
    const shown = value === null ? 'missing' : Number(value.toPrecision(4));
    return `  ${code}  +${contribution.toFixed(3)}  ${meaning} (${shown})\n`;
  });
  return [
    `Probability of fraud ${score.toPrecision(4)}, log-odds ${margin.toFixed(3)}`,
    ` where ${expected.toFixed(3)} is expected.\n`,
    lines.length > 0 ? 'What raised it most:\n' : 'Nothing raised it.\n',
    ...lines,
  ].join('');
}
