import { createHash } from 'node:crypto';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { encodeFeatures, type Features, parseFeatures } from './features.ts';
import { type LiveModelFault, readLiveModel } from './live-model.ts';
import { parseRuleSet, type RuleSetFault } from './rule-set.ts';
import { type Score, type Scorer, score } from './score.ts';

/** A scorer with the files that it was read from; their digests name its version. */
export interface VersionedScorer extends Scorer {
  readonly rulesText: string;
  /** SHA-256 of the rule file, hex. */
  readonly rulesDigest: string;
  readonly modelText?: string;
  readonly modelDigest?: string;
}

/** What scores live: one that decides, and one that is only watched. */
export interface LiveScorers {
  readonly deciding: VersionedScorer;
  readonly challenger?: VersionedScorer | undefined;
}

/** How one scorer judged one payment, as it is logged. */
export interface LoggedScore {
  readonly rulesDigest: string;
  readonly modelDigest: string | null;
  /** JSON; the same score gives the same text. */
  readonly result: string;
}

/** All that is needed to compute a decision's score again, as it is logged. */
export interface LoggedDecision {
  /** JSON (`encodeFeatures`). */
  readonly features: string;
  readonly deciding: LoggedScore;
  readonly challenger: LoggedScore | null;
}

/** Why a scorer's files were refused; `file` says which. */
export type ScorerFault =
  | { readonly file: 'rules'; readonly error: RuleSetFault }
  | { readonly file: 'model'; readonly error: LiveModelFault };

/** Reads a scorer from its files' texts. */
export function readScorer(
  rulesText: string,
  modelText?: string,
): Result<VersionedScorer, ScorerFault> {
  const ruleSet = parseRuleSet(rulesText);
  if (!ruleSet.ok) return fail({ file: 'rules', error: ruleSet.error });
  const rules = { ruleSet: ruleSet.value, rulesText, rulesDigest: digestOf(rulesText) };
  if (modelText === undefined) return ok(rules);
  const model = readLiveModel(modelText);
  if (!model.ok) return fail({ file: 'model', error: model.error });
  const modelDigest = digestOf(modelText);
  return ok({ ...rules, model: model.value.model, modelText, modelDigest });
}

/** Scores a payment by all scorers; only the first one's score decides. */
export function scoreLive(
  { deciding, challenger }: LiveScorers,
  features: Features,
): { readonly score: Score; readonly logged: LoggedDecision } {
  const decided = score(deciding, features);
  const logged = {
    features: encodeFeatures(features),
    deciding: logScore(deciding, decided),
    challenger: challenger ? logScore(challenger, score(challenger, features)) : null,
  };
  return { score: decided, logged };
}

/** Why a logged decision cannot be computed again, or what came out instead. */
export type ReplayFault =
  | { readonly kind: 'no-scorer'; readonly digest: string }
  | { readonly kind: 'bad-features'; readonly error: Malformed }
  | {
      readonly kind: 'differs';
      readonly who: 'deciding' | 'challenger';
      readonly logged: string;
      readonly computed: string;
    };

/** Computes a logged decision again and compares all bits; `find` gives the scorer of a version. */
export function replayDecision(
  { features, deciding, challenger }: LoggedDecision,
  find: (rulesDigest: string, modelDigest: string | null) => VersionedScorer | undefined,
): Result<void, ReplayFault> {
  const parsed = parseFeatures(features);
  if (!parsed.ok) return fail({ kind: 'bad-features', error: parsed.error });
  for (const [who, logged] of [
    ['deciding', deciding],
    ['challenger', challenger],
  ] as const) {
    if (!logged) continue;
    const scorer = find(logged.rulesDigest, logged.modelDigest);
    if (!scorer) {
      return fail({ kind: 'no-scorer', digest: logged.modelDigest ?? logged.rulesDigest });
    }
    const computed = logScore(scorer, score(scorer, parsed.value)).result;
    if (computed !== logged.result) {
      return fail({ kind: 'differs', who, logged: logged.result, computed });
    }
  }
  return ok(undefined);
}

/** The name of a file's version: SHA-256 of its UTF-8 text, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A JavaScript number's shortest decimal text tells all its bits (ECMA-262, Number::toString). */
function logScore({ rulesDigest, modelDigest }: VersionedScorer, result: Score): LoggedScore {
  return { rulesDigest, modelDigest: modelDigest ?? null, result: JSON.stringify(result) };
}
