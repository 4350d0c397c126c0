import { type LiveScorers, readScorer, type VersionedScorer } from './decision-log.ts';
import type { Features } from './features.ts';
import { DEFAULT_RULES_TEXT } from './scorer-files.ts';

/** A sale of 14.30 at two in the afternoon, the card's first today. */
export const ORDINARY: Features = {
  amountMinor: 1_430,
  currency: 978,
  localHour: 14,
  verification: 'none',
  channel: 'cashier',
  attestation: 'unknown',
  energyPercent: null,
  checkedIn: null,
  basketLines: 3,
  cardTimeMs: 300,
  cardLast10Min: 0,
  cardLast24H: 0,
  cardMerchants24H: 1,
  cardAmount24HMinor: 0,
  cardUnverified: 0,
  cardUnverifiedMinor: 0,
  deviceLast24H: null,
  deviceCards24H: null,
  terminalLast10Min: 3,
  terminalDeclines10Min: 0,
  terminalFrauds28Days: 0,
  terminalFraudRate28Days: null,
  merchantLast10Min: 3,
  merchantLast24H: 40,
  merchantFraudRate90Days: null,
};

/** A scorer of the default rules, changed, and perhaps of a model. */
export function scorerOf(change: object = {}, modelText?: string): VersionedScorer {
  const text = JSON.stringify({ ...JSON.parse(DEFAULT_RULES_TEXT), ...change });
  const scorer = readScorer(text, modelText);
  if (!scorer.ok) throw new Error(`${scorer.error.error.kind} at ${scorer.error.error.path}`);
  return scorer.value;
}

/** What scores where nothing else is said. */
export function defaultScorers(): LiveScorers {
  return { deciding: scorerOf() };
}

/** A model of one split: payments of `from` minor units and more are fraud, others are not. */
export function modelTextOf(from: number, feature = 'amountMinor'): string {
  return JSON.stringify({
    format: 'tessera-tree-model-1',
    features: [feature, 'localHour'],
    base: -2.1,
    roots: [0],
    column: [0, -1, -1],
    threshold: [from - 0.5, 0, 0],
    left: [1, 0, 0],
    value: [0, -3.3, 6.7],
    cover: [10, 8, 2],
    training: { labelDelayDays: 7, trainedFromS: 0, trainedUntilS: 1, rows: 10, frauds: 2 },
  });
}
