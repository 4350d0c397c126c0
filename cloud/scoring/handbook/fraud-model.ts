import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { attribute } from '../trees/attribution.ts';
import type { TreeModel } from '../trees/model.ts';
import { encodeModel, type ModelFault, parseModel } from '../trees/model-json.ts';
import { margin, probability } from '../trees/score.ts';
import { FEATURES, type FeatureName } from './feature-dictionary.ts';

/** A trained model with what it needs to know of its training. */
export interface FraudModel {
  readonly model: TreeModel;
  /** Days until a label is known, as in the features it was trained on. */
  readonly labelDelayDays: number;
  /** The time of the first and of the last row learned from, in seconds since 1970. */
  readonly trainedFromS: number;
  readonly trainedUntilS: number;
  readonly rows: number;
  readonly frauds: number;
}

/** Why a model file was refused. */
export type FraudModelFault = ModelFault | Malformed<'not-json' | 'unknown-feature'>;

/** The model file's text. */
export function writeFraudModel({ model, ...training }: FraudModel): string {
  return `${JSON.stringify({ ...encodeModel(model), training })}\n`;
}

/** Reads a model file; its features must be among those that are `known`. */
export function readFraudModel(
  text: string,
  known: readonly string[] = FEATURES.map(({ name }) => name),
): Result<FraudModel, FraudModelFault> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('not-json', '', 0);
  }
  const model = parseModel(json);
  if (!model.ok) return model;
  const unknown = model.value.features.findIndex((name) => !known.includes(name));
  if (unknown >= 0) return malformed('unknown-feature', 'features', unknown);
  const training = (json as { training?: unknown }).training;
  const numbers = (training ?? {}) as Partial<Record<TrainingNumber, unknown>>;
  for (const name of TRAINING_NUMBERS) {
    const value = numbers[name];
    if (typeof value !== 'number' || !Number.isFinite(value))
      return malformed('bad-number', `training.${name}`, 0);
  }
  const { labelDelayDays, trainedFromS, trainedUntilS, rows, frauds } = numbers as Record<
    TrainingNumber,
    number
  >;
  if (labelDelayDays <= 0) return malformed('bad-number', 'training.labelDelayDays', 0);
  return ok({ model: model.value, labelDelayDays, trainedFromS, trainedUntilS, rows, frauds });
}

const TRAINING_NUMBERS = [
  'labelDelayDays',
  'trainedFromS',
  'trainedUntilS',
  'rows',
  'frauds',
] as const;

type TrainingNumber = (typeof TRAINING_NUMBERS)[number];

const MEANINGS: ReadonlyMap<string, { readonly code: string; readonly meaning: string }> = new Map(
  FEATURES.map(({ name, code, meaning }) => [name, { code, meaning }]),
);

/** What one feature added to a score. */
export interface Reason {
  readonly code: string;
  readonly meaning: string;
  readonly feature: FeatureName;
  /** The feature's value; null where it is missing. */
  readonly value: number | null;
  /** In log-odds; above 0 where it raised the score. */
  readonly contribution: number;
}

/** One score taken apart: `expected` and all contributions add up to `margin`. */
export interface ExplainedScore {
  /** Probability of fraud. */
  readonly score: number;
  /** Its log-odds. */
  readonly margin: number;
  /** The mean margin of the rows learned from. */
  readonly expected: number;
  /** All features, the one that raised the score most first. */
  readonly reasons: readonly Reason[];
}

/** Scores one row and gives reasons; the features come in the model's order. */
export function explainScore(model: TreeModel, features: Float64Array): ExplainedScore {
  const odds = margin(model, features);
  const { expected, contributions } = attribute(model, features);
  const reasons = model.features.map((feature, i) => {
    const value = features[i] ?? Number.NaN;
    return {
      code: MEANINGS.get(feature)?.code ?? '',
      meaning: MEANINGS.get(feature)?.meaning ?? '',
      feature: feature as FeatureName,
      value: Number.isNaN(value) ? null : value,
      contribution: contributions[i] ?? 0,
    };
  });
  reasons.sort((a, b) => b.contribution - a.contribution || (a.code < b.code ? -1 : 1));
  return { score: probability(odds), margin: odds, expected, reasons };
}
