import type { Malformed } from '#kernel/bytes/result.ts';
import { type Difference, findDifferences } from './compare.ts';
import type { Vector } from './pack-text.ts';
import type { Damage, Json, JsonObject, VectorKind } from './vector-kind.ts';

/** Why a vector did not pass. */
export type FailureReason =
  /** A valid vector gave something else. */
  | 'mismatch'
  /** A valid vector was refused. */
  | 'refused'
  /** An invalid vector was accepted. */
  | 'accepted'
  /** An invalid vector was refused for another reason than it names. */
  | 'wrong-error'
  /** The kernel threw, or gave what is no result. */
  | 'crashed'
  /** It did not end in time. */
  | 'hang'
  /** There is no such kind. */
  | 'unknown-kind';

/** A vector that did not pass. */
export interface Failure {
  readonly reason: FailureReason;
  readonly expected: Json;
  readonly actual: Json;
  /** For a mismatch, the places. */
  readonly differences?: readonly Difference[];
}

/** Runs one vector; gives why it failed, or nothing when it passed. Never throws. */
export function judge(kind: VectorKind, { result, input, expect }: Vector): Failure | undefined {
  const outcome = attempt(kind, input);
  if (outcome.type === 'crashed') {
    return { reason: 'crashed', expected: expect, actual: outcome.what };
  }
  if (outcome.type === 'refused') {
    const { kind: error, path, offset } = outcome.error;
    const actual = { error, path, offset };
    if (result === 'valid') return { reason: 'refused', expected: expect, actual };
    const asked = expect['error'] === '*' ? { ...expect, error } : expect;
    const differences = findDifferences(asked, actual);
    return differences.length === 0
      ? undefined
      : { reason: 'wrong-error', expected: expect, actual, differences };
  }
  const { value } = outcome;
  if (result === 'invalid') return { reason: 'accepted', expected: expect, actual: value };
  if (findDifferences(expect, value).length === 0) return undefined;
  const actual = reshaped(kind, { input, expect }, value);
  const differences = findDifferences(expect, actual);
  return differences.length === 0
    ? undefined
    : { reason: 'mismatch', expected: expect, actual, differences };
}

function reshaped(
  kind: VectorKind,
  { input, expect }: Pick<Vector, 'input' | 'expect'>,
  value: JsonObject,
): JsonObject {
  try {
    return kind.shapedAs?.(expect, value, input) ?? value;
  } catch {
    return value;
  }
}

/** What became of the damaged inputs of one kind of damage. */
export interface MutationTally {
  readonly damage: Damage;
  made: number;
  refused: number;
  accepted: number;
  crashed: number;
}

/** A damaged input that was not refused. */
export interface MutationFailure {
  readonly damage: Damage;
  readonly name: string;
  readonly reason: 'accepted' | 'crashed';
  readonly input: JsonObject;
  readonly actual: Json;
}

/** What became of all damaged inputs of one vector. */
export interface MutationRun {
  readonly tallies: readonly MutationTally[];
  readonly failures: readonly MutationFailure[];
}

/** Of one vector's failures so many are listed; all are counted. */
const MAX_LISTED = 50;

/** Damages a valid vector's input in every way its kind knows. Never throws. */
export function judgeMutations(kind: VectorKind, vector: Vector): MutationRun {
  const tallies = new Map<Damage, MutationTally>();
  const failures: MutationFailure[] = [];
  const tallyOf = (damage: Damage): MutationTally => {
    const tally = tallies.get(damage) ?? { damage, made: 0, refused: 0, accepted: 0, crashed: 0 };
    tallies.set(damage, tally);
    return tally;
  };
  try {
    for (const { damage, name, input } of kind.mutations?.(vector.input, vector.expect) ?? []) {
      const tally = tallyOf(damage);
      const outcome = attempt(kind, input);
      tally.made += 1;
      tally[outcome.type] += 1;
      if (outcome.type === 'refused' || failures.length >= MAX_LISTED) continue;
      const actual = outcome.type === 'crashed' ? outcome.what : outcome.value;
      failures.push({ damage, name, reason: outcome.type, input, actual });
    }
  } catch (error) {
    const damage = 'truncation';
    const tally = tallyOf(damage);
    tally.made += 1;
    tally.crashed += 1;
    const actual = describeThrown(error);
    failures.push({ damage, name: 'making them', reason: 'crashed', input: vector.input, actual });
  }
  return { tallies: [...tallies.values()], failures };
}

type Attempt =
  | { readonly type: 'accepted'; readonly value: JsonObject }
  | { readonly type: 'refused'; readonly error: Malformed }
  | { readonly type: 'crashed'; readonly what: string };

/** An error counts as a refusal only when it is typed: a kind, a path, an offset. */
function attempt(kind: VectorKind, input: JsonObject): Attempt {
  try {
    const result = kind.run(input);
    if (result.ok) return { type: 'accepted', value: result.value };
    const { error } = result;
    const typed =
      typeof error.kind === 'string' &&
      error.kind !== '' &&
      typeof error.path === 'string' &&
      Number.isInteger(error.offset) &&
      error.offset >= 0;
    return typed
      ? { type: 'refused', error }
      : { type: 'crashed', what: 'an error without kind, path and offset' };
  } catch (error) {
    return { type: 'crashed', what: describeThrown(error) };
  }
}

function describeThrown(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error';
}
