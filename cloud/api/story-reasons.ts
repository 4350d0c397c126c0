import type { Condition } from '../scoring/condition.ts';
import { FEATURES } from '../scoring/features.ts';
import { parseRuleSet } from '../scoring/rule-set.ts';

/** Reasons of a decision, in words. */
export interface ExplainedReasons {
  /** By code; of a rule that is no longer stored, nothing. */
  readonly meanings: Readonly<Record<string, string>>;
  /** Names of the features that these reasons look at, each once. */
  readonly mattered: readonly string[];
}

/** Explains reason codes by the dictionary of features and the rules that decided then. */
export function explainReasons(
  reasons: readonly string[],
  rulesText: string | null,
): ExplainedReasons {
  const stored = rulesText === null ? undefined : parseRuleSet(rulesText);
  const rules = stored?.ok ? stored.value.rules : [];
  const known = new Map([
    ...FEATURES.map(({ code, meaning, name }) => [code, { meaning, features: [name] }] as const),
    ...rules.map(
      ({ code, meaning, when }) => [code, { meaning, features: featuresOf(when) }] as const,
    ),
  ]);
  return {
    meanings: Object.fromEntries(reasons.map((code) => [code, known.get(code)?.meaning ?? ''])),
    mattered: [...new Set(reasons.flatMap((code) => known.get(code)?.features ?? []))],
  };
}

function featuresOf(condition: Condition): readonly string[] {
  if ('all' in condition) return condition.all.flatMap(featuresOf);
  if ('any' in condition) return condition.any.flatMap(featuresOf);
  if ('not' in condition) return featuresOf(condition.not);
  return [condition.feature];
}
