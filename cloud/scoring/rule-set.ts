import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  parseStepUpPolicy,
  type StepUpFault,
  type StepUpPolicy,
} from '../authentication/step-up-policy.ts';
import { type Condition, type ConditionFault, parseCondition } from './condition.ts';

/** One rule: when its condition holds, its points are added and its code is a reason. */
export interface Rule {
  /** Never changes its meaning; a rule that is retired takes its code with it. */
  readonly code: string;
  readonly meaning: string;
  readonly points: number;
  readonly when: Condition;
}

/** All that turns features into a verdict, but for the model. */
export interface RuleSet {
  readonly name: string;
  /** From how many points a payment is of medium risk, of high risk, and refused. */
  readonly tiers: { readonly medium: number; readonly high: number; readonly refuse: number };
  /** What a model adds that is certain of fraud: points, 0 to 1000. */
  readonly modelPoints: number;
  readonly stepUp: StepUpPolicy;
  readonly rules: readonly Rule[];
}

/** Why rules were refused; `path` leads to what is wrong. */
export type RuleSetFault =
  | Malformed<
      | 'not-json'
      | 'bad-format'
      | 'bad-text'
      | 'bad-points'
      | 'bad-order'
      | 'repeated'
      | 'unknown-key'
    >
  | ConditionFault
  | StepUpFault;

/** The most points there are: fraud beyond doubt. */
export const MAX_POINTS = 1000;

const FORMAT = 'tessera-rules-1';
const CODE = /^[A-Z][A-Z0-9]{1,7}$/;
const KEYS = ['format', 'name', 'tiers', 'modelPoints', 'stepUp', 'rules'];
const RULE_KEYS = ['code', 'meaning', 'points', 'when'];

/** Reads a rule file's text. */
export function parseRuleSet(text: string): Result<RuleSet, RuleSetFault> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('not-json', '', 0);
  }
  const given = objectOf(json);
  if (given['format'] !== FORMAT) return malformed('bad-format', 'format', 0);
  const foreign = foreignKey(given, KEYS);
  if (foreign !== undefined) return malformed('unknown-key', foreign, 0);
  const { name, modelPoints } = given;
  if (typeof name !== 'string' || name === '' || name.length > 80)
    return malformed('bad-text', 'name', 0);
  const tiers = parseTiers(given['tiers']);
  if (!tiers.ok) return tiers;
  if (!isPoints(modelPoints)) return malformed('bad-points', 'modelPoints', 0);
  const stepUp = parseStepUpPolicy(given['stepUp'], 'stepUp');
  if (!stepUp.ok) return stepUp;
  const rules = parseRules(given['rules']);
  if (!rules.ok) return rules;
  return ok({ name, tiers: tiers.value, modelPoints, stepUp: stepUp.value, rules: rules.value });
}

function parseTiers(json: unknown): Result<RuleSet['tiers'], RuleSetFault> {
  const given = objectOf(json);
  const foreign = foreignKey(given, ['medium', 'high', 'refuse']);
  if (foreign !== undefined) return malformed('unknown-key', `tiers.${foreign}`, 0);
  const { medium, high, refuse } = given;
  if (!isPoints(medium)) return malformed('bad-points', 'tiers.medium', 0);
  if (!isPoints(high)) return malformed('bad-points', 'tiers.high', 0);
  if (!isPoints(refuse)) return malformed('bad-points', 'tiers.refuse', 0);
  if (medium > high || high > refuse) return malformed('bad-order', 'tiers', 0);
  return ok({ medium, high, refuse });
}

function parseRules(json: unknown): Result<readonly Rule[], RuleSetFault> {
  if (!Array.isArray(json)) return malformed('bad-list', 'rules', 0);
  const rules: Rule[] = [];
  const codes = new Set<string>();
  for (const [i, each] of json.entries()) {
    const path = `rules[${i}]`;
    const given = objectOf(each);
    const foreign = foreignKey(given, RULE_KEYS);
    if (foreign !== undefined) return malformed('unknown-key', `${path}.${foreign}`, 0);
    const { code, meaning, points } = given;
    if (typeof code !== 'string' || !CODE.test(code))
      return malformed('bad-text', `${path}.code`, 0);
    if (codes.has(code)) return malformed('repeated', `${path}.code`, 0);
    codes.add(code);
    if (typeof meaning !== 'string' || meaning === '' || meaning.length > 200)
      return malformed('bad-text', `${path}.meaning`, 0);
    if (!isPoints(points)) return malformed('bad-points', `${path}.points`, 0);
    const when = parseCondition(given['when'], `${path}.when`);
    if (!when.ok) return when;
    rules.push({ code, meaning, points, when: when.value });
  }
  return ok(rules);
}

function isPoints(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_POINTS;
}

function objectOf(json: unknown): Record<string, unknown> {
  return (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
}

function foreignKey(given: Record<string, unknown>, known: readonly string[]): string | undefined {
  return Object.keys(given).find((key) => !known.includes(key));
}
