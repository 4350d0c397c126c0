import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { FEATURE_NAMES, type FeatureName, type Features, wordsOf } from './features.ts';

/** What a rule asks of a payment. It is total: it holds or not for all features, and it ends. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  /** Of a number. Nothing is true of one that is not known. */
  | { readonly feature: FeatureName; readonly is: Comparison; readonly than: number }
  /** Of a word. */
  | { readonly feature: FeatureName; readonly in: readonly string[] };

/** How a number is compared. */
export const COMPARISONS = ['<', '<=', '=', '>=', '>'] as const;
type Comparison = (typeof COMPARISONS)[number];

/** Why a condition was refused; `path` leads to it, `offset` counts in the list there. */
export type ConditionFault = Malformed<
  | 'bad-condition'
  | 'unknown-feature'
  | 'bad-comparison'
  | 'bad-number'
  | 'bad-word'
  | 'bad-list'
  | 'too-deep'
>;

/** Whether a condition holds. */
export function holds(condition: Condition, features: Features): boolean {
  if ('all' in condition) return condition.all.every((each) => holds(each, features));
  if ('any' in condition) return condition.any.some((each) => holds(each, features));
  if ('not' in condition) return !holds(condition.not, features);
  const value = features[condition.feature];
  if ('in' in condition) return typeof value === 'string' && condition.in.includes(value);
  return typeof value === 'number' && compare(value, condition.is, condition.than);
}

const MOST_DEPTH = 8;

/** Reads a condition from parsed JSON. `path` is where it stands. */
export function parseCondition(
  json: unknown,
  path: string,
  depth = 0,
): Result<Condition, ConditionFault> {
  if (depth > MOST_DEPTH) return malformed('too-deep', path, depth);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return malformed('bad-condition', path, 0);
  const given = json as Record<string, unknown>;
  const keys = Object.keys(given).sort().join(' ');
  switch (keys) {
    case 'all':
    case 'any': {
      const parts = parseConditions(given[keys], `${path}.${keys}`, depth + 1);
      if (!parts.ok) return parts;
      return ok(keys === 'all' ? { all: parts.value } : { any: parts.value });
    }
    case 'not': {
      const part = parseCondition(given['not'], `${path}.not`, depth + 1);
      return part.ok ? ok({ not: part.value }) : part;
    }
    case 'feature is than':
      return parseComparison(given, path);
    case 'feature in':
      return parseMembership(given, path);
    default:
      return malformed('bad-condition', path, 0);
  }
}

function parseConditions(
  json: unknown,
  path: string,
  depth: number,
): Result<readonly Condition[], ConditionFault> {
  if (!Array.isArray(json) || json.length === 0) return malformed('bad-list', path, 0);
  const parts: Condition[] = [];
  for (const [i, part] of json.entries()) {
    const parsed = parseCondition(part, `${path}[${i}]`, depth);
    if (!parsed.ok) return parsed;
    parts.push(parsed.value);
  }
  return ok(parts);
}

function parseComparison(
  given: Record<string, unknown>,
  path: string,
): Result<Condition, ConditionFault> {
  const feature = FEATURE_NAMES.find((name) => name === given['feature']);
  if (!feature || wordsOf(feature)) return malformed('unknown-feature', `${path}.feature`, 0);
  const is = COMPARISONS.find((one) => one === given['is']);
  if (!is) return malformed('bad-comparison', `${path}.is`, 0);
  const { than } = given;
  if (typeof than !== 'number' || !Number.isFinite(than))
    return malformed('bad-number', `${path}.than`, 0);
  return ok({ feature, is, than });
}

function parseMembership(
  given: Record<string, unknown>,
  path: string,
): Result<Condition, ConditionFault> {
  const feature = FEATURE_NAMES.find((name) => name === given['feature']);
  const words = feature && wordsOf(feature);
  if (!words) return malformed('unknown-feature', `${path}.feature`, 0);
  const list = given['in'];
  if (!Array.isArray(list) || list.length === 0) return malformed('bad-list', `${path}.in`, 0);
  const bad = list.findIndex((word: unknown) => !words.some((known) => known === word));
  if (bad >= 0) return malformed('bad-word', `${path}.in`, bad);
  return ok({ feature, in: list as readonly string[] });
}

function compare(value: number, is: Comparison, than: number): boolean {
  switch (is) {
    case '<':
      return value < than;
    case '<=':
      return value <= than;
    case '=':
      return value === than;
    case '>=':
      return value >= than;
    case '>':
      return value > than;
    default:
      return is satisfies never;
  }
}
