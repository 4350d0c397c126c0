import {
  type Exemption,
  type RequiredMethod,
  requiredMethod,
} from '../authentication/required-method.ts';
import { holds } from './condition.ts';
import { FEATURES, type FeatureName, type Features, numberOf } from './features.ts';
import { MAX_POINTS, type RuleSet } from './rule-set.ts';
import { attribute } from './trees/attribution.ts';
import type { TreeModel } from './trees/model.ts';
import { margin, probability } from './trees/score.ts';

/** What scores payments. */
export interface Scorer {
  readonly ruleSet: RuleSet;
  /** Its features are ours (`readLiveModel`). */
  readonly model?: TreeModel;
}

/** How risky a payment is, and why. */
export interface Score {
  /** 0 (safe) to 1000. */
  readonly score: number;
  readonly tier: 'low' | 'medium' | 'high';
  /** Codes of the rules that fired and of what raised the model's share, heaviest first. */
  readonly reasons: readonly string[];
  readonly requiredMethod: RequiredMethod;
  /** Why nothing is required. */
  readonly exemption: Exemption | null;
  /** The model's probability of fraud; null without a model. */
  readonly probability: number | null;
}

/** How many reasons a model gives at most, and from how many points one is worth giving. */
const MODEL_REASONS = 3;
const LEAST_REASON = 10;

/** Scores a payment: the points of the rules that hold and the model's. Depends on nothing else. */
export function score({ ruleSet, model }: Scorer, features: Features): Score {
  const fired: Weighed[] = ruleSet.rules.filter((rule) => holds(rule.when, features));
  const judged = model && judge(model, features, ruleSet.modelPoints);
  const weighed = [...fired, ...(judged?.reasons ?? [])];
  weighed.sort((a, b) => b.points - a.points || (a.code < b.code ? -1 : 1));
  const points = fired.reduce((sum, rule) => sum + rule.points, judged?.points ?? 0);
  const total = Math.min(points, MAX_POINTS);
  const { medium, high, refuse } = ruleSet.tiers;
  const tier = total >= high ? 'high' : total >= medium ? 'medium' : 'low';
  const requirement = requiredMethod(total >= refuse ? 'refuse' : tier, features, ruleSet.stepUp);
  return {
    score: total,
    tier,
    reasons: weighed.map(({ code }) => code),
    requiredMethod: requirement.method,
    exemption: requirement.exemption ?? null,
    probability: judged?.probability ?? null,
  };
}

interface Weighed {
  readonly code: string;
  readonly points: number;
}

/** The model's points, divided among the features that raised its margin, by how much. */
function judge(model: TreeModel, features: Features, modelPoints: number) {
  const row = Float64Array.from(model.features, (name) => numberOf(features, name as FeatureName));
  const chance = probability(margin(model, row));
  const points = Math.round(chance * modelPoints);
  const reasons: Weighed[] = [];
  if (points >= LEAST_REASON) {
    const raising = attribute(model, row).contributions.map((each) => Math.max(each, 0));
    const sum = raising.reduce((total, each) => total + each, 0);
    for (const [i, name] of model.features.entries()) {
      const share = sum > 0 ? ((raising[i] ?? 0) / sum) * points : 0;
      if (share >= LEAST_REASON) reasons.push({ code: codeOf(name), points: share });
    }
    reasons.sort((a, b) => b.points - a.points || (a.code < b.code ? -1 : 1));
  }
  return { probability: chance, points, reasons: reasons.slice(0, MODEL_REASONS) };
}

const CODES: ReadonlyMap<string, string> = new Map(FEATURES.map(({ name, code }) => [name, code]));

function codeOf(name: string): string {
  return CODES.get(name) ?? '';
}
