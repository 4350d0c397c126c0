import { FEATURES } from './features.ts';
import { FEATURES as HANDBOOK_FEATURES } from './handbook/feature-dictionary.ts';
import type { FraudModel } from './handbook/fraud-model.ts';

/** A model card in Markdown: what a model is, what it learned from, what it is not for. */
export function buildModelCard(
  { model, labelDelayDays, trainedFromS, trainedUntilS, rows, frauds }: FraudModel,
  digest: string,
): string {
  const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const splits = model.features.map((name, column) => ({
    name,
    count: model.column.reduce((sum, each) => sum + (each === column ? 1 : 0), 0),
  }));
  splits.sort((a, b) => b.count - a.count);
  const share = rows > 0 ? ((100 * frauds) / rows).toFixed(3) : '0';
  return [
    '# Model card\n',
    '| | |\n| --- | --- |',
    `| version | SHA-256 ${digest} |`,
    '| kind | gradient-boosted decision trees, logistic loss |',
    `| size | ${model.roots.length} trees, ${model.column.length} nodes |`,
    `| learned from | ${rows} payments of ${day(trainedFromS)} to ${day(trainedUntilS)} |`,
    `| fraud among them | ${frauds} (${share} %) |`,
    `| labels | known after ${labelDelayDays} days |\n`,
    '## Use\n',
    'It gives the probability that a payment is fraud, as one part of a score that rules share. It',
    'is for payments like those it learned from, one at a time. It is not for judging people.\n',
    '## What it looks at\n',
    '| feature | meaning | splits |\n| --- | --- | --- |',
    ...splits.map(({ name, count }) => `| ${name} | ${MEANINGS.get(name) ?? ''} | ${count} |`),
    '\nIt is given no name, address, age, sex or origin of anybody, and no card number.\n',
    '## Limits\n',
    '- A label that never came counts as no fraud.',
    '- A kind of fraud that it has not seen it does not know; watch the drift report.',
    '- Its probabilities are those of the payments it learned from, not of another year.\n',
  ].join('\n');
}

const MEANINGS: ReadonlyMap<string, string> = new Map(
  [...HANDBOOK_FEATURES, ...FEATURES].map(({ name, meaning }) => [name, meaning]),
);
