import { digestOf } from '#cloud/scoring/decision-log.ts';
import { measureDrift } from '#cloud/scoring/drift.ts';
import { FEATURE_NAMES } from '#cloud/scoring/features.ts';
import { FEATURE_NAMES as HANDBOOK_NAMES } from '#cloud/scoring/handbook/feature-dictionary.ts';
import { readFraudModel, writeFraudModel } from '#cloud/scoring/handbook/fraud-model.ts';
import { CHOSEN } from '#cloud/scoring/handbook/selection.ts';
import { buildModelCard } from '#cloud/scoring/model-card.ts';
import { trainOnHistory } from '#cloud/scoring/train-on-history.ts';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { HISTORY_HELP, HISTORY_OPTIONS, readHistory, readText } from './score-history.ts';
import { parseCount, parseDate, refuseFile, writeModel } from './score-input.ts';

/** `tessera score train-live` */
export const scoreTrainLive: Command = {
  name: 'train-live',
  summary: 'train a model for live payments on the history of decisions',
  help: `Trains a model that a cloud takes with --model.

  tessera score train-live --history history.jsonl --model model.json

  --model FILE         where the model is written
  --seed N             for what is drawn at random (default 1)
  --json               {"model", "rows", "frauds", "trees", "heldOut"}
  --help               this text

${HISTORY_HELP}
"heldOut" tells how good a model of the first four fifths is on the last; then all are learned from.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...HISTORY_OPTIONS,
      model: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    });
    if (values.model === undefined) throw new UsageError('Give --model OUT.json.');
    const seed = parseCount(values.seed, '--seed', 2 ** 32 - 1);
    const history = await readHistory(values);
    if (!history.ok) return refuseFile(history.error, values.json, console);
    const frauds = history.value.filter(({ isFraud }) => isFraud).length;
    if (frauds === 0 || frauds === history.value.length) {
      const error = { kind: 'one-label-only', path: 'isFraud', offset: 0 };
      return refuseFile(error, values.json, console);
    }
    const trained = trainOnHistory(history.value, { ...CHOSEN.candidate.parameters, seed });
    writeModel(values.model, writeFraudModel(trained.fraudModel));
    const { rows, model } = trained.fraudModel;
    const trees = model.roots.length;
    const report = { model: values.model, rows, frauds, trees, heldOut: trained.heldOut };
    const text = `${trees} trees from ${rows} payments (${frauds} frauds).\n`;
    console.out(values.json ? `${JSON.stringify(report)}\n` : text);
    return 0;
  },
};

/** `tessera score drift` */
export const scoreDrift: Command = {
  name: 'drift',
  summary: 'tell how far features have moved since a day',
  help: `Compares payments from a day on with those before it, feature by feature.

  tessera score drift --history history.jsonl --since 2026-11-01

  --since DATE         the first day of what is compared
  --json               {"reference", "current", "features": [{"feature", "psi", "verdict"}]}
  --help               this text

${HISTORY_HELP}
PSI is the population stability index over the earlier payments' deciles: below 0.1 stable, from
0.25 on shifted.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...HISTORY_OPTIONS,
      since: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (values.since === undefined) throw new UsageError('Give --since YYYY-MM-DD.');
    const sinceMs = parseDate(values.since) * 1000;
    const history = await readHistory(values);
    if (!history.ok) return refuseFile(history.error, values.json, console);
    const reference = history.value.filter(({ decidedAtMs }) => decidedAtMs < sinceMs);
    const current = history.value.filter(({ decidedAtMs }) => decidedAtMs >= sinceMs);
    if (reference.length === 0 || current.length === 0)
      throw new UsageError('There are no payments before that day, or none from it on.');
    const features = measureDrift(
      reference.map((each) => each.features),
      current.map((each) => each.features),
    );
    const report = { reference: reference.length, current: current.length, features };
    const lines = features.map(
      ({ feature, psi, verdict }) => `  ${feature.padEnd(24)} ${psi.toFixed(3)}  ${verdict}\n`,
    );
    const text = `${current.length} payments against ${reference.length} before them:\n`;
    console.out(values.json ? `${JSON.stringify(report)}\n` : `${text}${lines.join('')}`);
    return 0;
  },
};

/** `tessera score card` */
export const scoreCard: Command = {
  name: 'card',
  summary: "write a model's card",
  help: `Writes a model card in Markdown: what a model is, what it learned from, its limits.

  tessera score card --model model.json > MODEL-CARD.md

  --model FILE         a model of tessera score train or train-live
  --help               this text
`,
  run(args, console) {
    const { values } = readOptions(args, { model: { type: 'string' } });
    if (values.model === undefined) throw new UsageError('Give --model FILE.json.');
    const text = readText(values.model);
    const model = readFraudModel(text, [...FEATURE_NAMES, ...HANDBOOK_NAMES]);
    if (!model.ok) return refuseFile(model.error, false, console);
    console.out(buildModelCard(model.value, digestOf(text)));
    return 0;
  },
};
