import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { type LiveScorers, readScorer, type VersionedScorer } from './decision-log.ts';
import defaultRules from './default-rules.json' with { type: 'json' };

/** Which files score; without any, the default rules and no model. */
export interface ScorerFiles {
  readonly rules?: string;
  readonly model?: string;
  /** Watched only; without either there is no challenger. */
  readonly challengerRules?: string;
  readonly challengerModel?: string;
}

/** The rules that come with the product, as a rule file's text. */
export const DEFAULT_RULES_TEXT: string = JSON.stringify(defaultRules);

/** Reads the scorers of a cloud. The error is a sentence that names the file and what is wrong. */
export async function readScorers(files: ScorerFiles): Promise<Result<LiveScorers, string>> {
  const deciding = await readOne(files.rules, files.model);
  if (!deciding.ok) return deciding;
  const { challengerRules, challengerModel } = files;
  if (challengerRules === undefined && challengerModel === undefined) {
    return ok({ deciding: deciding.value });
  }
  const challenger = await readOne(challengerRules ?? files.rules, challengerModel);
  if (!challenger.ok) return challenger;
  return ok({ deciding: deciding.value, challenger: challenger.value });
}

async function readOne(
  rulesFile: string | undefined,
  modelFile: string | undefined,
): Promise<Result<VersionedScorer, string>> {
  const rules = rulesFile === undefined ? ok(DEFAULT_RULES_TEXT) : await readText(rulesFile);
  if (!rules.ok) return rules;
  const model = modelFile === undefined ? ok(undefined) : await readText(modelFile);
  if (!model.ok) return model;
  const scorer = readScorer(rules.value, model.value);
  if (scorer.ok) return scorer;
  const { file, error } = scorer.error;
  const name = (file === 'rules' ? rulesFile : modelFile) ?? 'the default rules';
  return fail(`${name} is refused: ${error.kind} at ${error.path || 'its beginning'}`);
}

async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(file, 'utf8'));
  } catch {
    return fail(`${file} cannot be read`);
  }
}
