import type { Result } from '#kernel/bytes/result.ts';
import { FEATURE_NAMES } from './features.ts';
import { type FraudModel, type FraudModelFault, readFraudModel } from './handbook/fraud-model.ts';

/** Why a model for live payments was refused. */
export type LiveModelFault = FraudModelFault;

/** Reads a model file that was trained on decisions: its features are those of live payments. */
export function readLiveModel(text: string): Result<FraudModel, LiveModelFault> {
  return readFraudModel(text, FEATURE_NAMES);
}
