import type { Features } from './features.ts';
import { CVM_LIMIT_MINOR, type RequiredMethod, RULES, type Rule, VERIFYING } from './rules.ts';

/** How risky a payment is, and why. */
export interface Score {
  /** 0 (safe) to 1000. */
  readonly score: number;
  readonly tier: 'low' | 'medium' | 'high';
  /** Codes of the rules that fired, heaviest first. */
  readonly reasons: readonly string[];
  readonly requiredMethod: RequiredMethod;
}

const MAX_SCORE = 1000;
const MEDIUM_FROM = 300;
const HIGH_FROM = 600;
const REFUSE_FROM = 800;

/** Scores a payment: the points of the rules that fire, added up. It depends on nothing else. */
export function score(features: Features, rules: readonly Rule[] = RULES): Score {
  const fired = rules
    .filter((rule) => rule.fires(features))
    .sort((a, b) => b.points - a.points || (a.code < b.code ? -1 : 1));
  const points = fired.reduce((sum, rule) => sum + rule.points, 0);
  const total = Math.min(points, MAX_SCORE);
  return {
    score: total,
    tier: total >= HIGH_FROM ? 'high' : total >= MEDIUM_FROM ? 'medium' : 'low',
    reasons: fired.map((rule) => rule.code),
    requiredMethod: requiredMethod(total, features),
  };
}

/** Whether the cardholder already did what is required. */
export function isSatisfied(method: RequiredMethod, features: Features): boolean {
  switch (method) {
    case 'none':
      return true;
    case 'cdcvm':
      return VERIFYING.includes(features.verification);
    case 'pin':
      return features.verification === 'online-pin';
    case 'refuse':
      return false;
    default:
      return method satisfies never;
  }
}

function requiredMethod(total: number, features: Features): RequiredMethod {
  if (total >= REFUSE_FROM) return 'refuse';
  return total >= HIGH_FROM || features.amountMinor > CVM_LIMIT_MINOR ? 'cdcvm' : 'none';
}
