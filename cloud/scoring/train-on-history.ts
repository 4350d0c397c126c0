import { LABEL_DELAY_DAYS } from './daily-history.ts';
import { FEATURE_NAMES, numberOf } from './features.ts';
import type { FraudModel } from './handbook/fraud-model.ts';
import { areaUnderRoc, averagePrecision } from './handbook/metrics.ts';
import type { HistoricPayment } from './history.ts';
import { scoreRows } from './trees/score.ts';
import { type BoostingParameters, trainModel } from './trees/train.ts';

/** A model of live payments and how good it was on payments that it had not learned from. */
export interface HistoryModel {
  readonly fraudModel: FraudModel;
  /** On the last fifth, by a model of the rest; null where that fifth has one label only. */
  readonly heldOut: {
    readonly rows: number;
    readonly frauds: number;
    readonly auc: number;
    readonly averagePrecision: number;
  } | null;
}

const HELD_OUT_SHARE = 0.2;

/** Trains on payments in order of time: first on four fifths, to measure, then on all. */
export function trainOnHistory(
  history: readonly HistoricPayment[],
  parameters: BoostingParameters,
): HistoryModel {
  const ordered = [...history].sort((a, b) => a.decidedAtMs - b.decidedAtMs);
  const columns = FEATURE_NAMES.map((name) =>
    Float64Array.from(ordered, ({ features }) => numberOf(features, name)),
  );
  const labels = Uint8Array.from(ordered, ({ isFraud }) => (isFraud ? 1 : 0));
  const all = Uint32Array.from(ordered, (_, i) => i);
  const data = { features: FEATURE_NAMES, columns, labels };
  const middle = Math.floor(all.length * (1 - HELD_OUT_SHARE));
  const [early, late] = [all.subarray(0, middle), all.subarray(middle)];
  const held = labels.subarray(middle);
  const frauds = held.reduce((sum, label) => sum + label, 0);
  let heldOut: HistoryModel['heldOut'] = null;
  if (frauds > 0 && frauds < held.length && early.length > 0) {
    const scores = scoreRows(trainModel({ ...data, rows: early }, parameters), columns, late);
    heldOut = {
      rows: held.length,
      frauds,
      auc: areaUnderRoc({ scores, labels: held }),
      averagePrecision: averagePrecision({ scores, labels: held }),
    };
  }
  return {
    heldOut,
    fraudModel: {
      model: trainModel({ ...data, rows: all }, parameters),
      labelDelayDays: LABEL_DELAY_DAYS,
      trainedFromS: (ordered[0]?.decidedAtMs ?? 0) / 1000,
      trainedUntilS: (ordered.at(-1)?.decidedAtMs ?? 0) / 1000,
      rows: ordered.length,
      frauds: labels.reduce((sum, label) => sum + label, 0),
    },
  };
}
