import { z } from 'zod';
import { type LiveScorers, readScorer, type VersionedScorer } from '../scoring/decision-log.ts';
import { readRecentHistory, simulateInSteps } from '../scoring/recent-history.ts';
import { putChallengerInForce } from '../scoring/scorers-in-force.ts';
import { mayHoldCardNumber } from './card-data.ts';
import type { ApiContext } from './context.ts';
import { createOnce } from './create-once.ts';
import { Problem } from './problem.ts';
import { DIGEST } from './shapes.ts';
import type { ApiServer } from './zod-provider.ts';

/** What a scorer is for: one decides, the other is watched. */
export const ROLE = z.enum(['deciding', 'challenger']);

const RULES = z.object({ role: ROLE, digest: DIGEST, rules: z.record(z.string(), z.unknown()) });
const NEW_RULES = z.strictObject({ rules: z.record(z.string(), z.unknown()) });

const FATES = z.object({ passed: z.int(), 'step-up': z.int(), refused: z.int() });
const SIMULATION = z.object({
  payments: z.int(),
  frauds: z.int(),
  changes: z.record(z.string(), z.object({ payments: z.int(), frauds: z.int() })),
  before: FATES,
  after: FATES,
  reasons: z.record(z.string(), z.object({ before: z.int(), after: z.int() })),
});

/** A simulation is over so many payments, the newest. */
const MAX_SIMULATED = 50_000;

/** Rules: what scores now, what others would have changed, and the challenger. */
export function addRuleRoutes(app: ApiServer, context: ApiContext): void {
  const { db, scorers } = context;
  app.get(
    '/v1/rules',
    {
      config: { scope: 'rules:read' },
      schema: {
        summary: 'The rules in use',
        response: { 200: z.object({ rules: z.array(RULES) }) },
      },
    },
    async () => ({
      rules: rolesOf(scorers).map(([role, { rulesDigest, rulesText }]) => ({
        ...{ role, digest: rulesDigest, rules: JSON.parse(rulesText) },
      })),
    }),
  );
  app.post(
    '/v1/rules/simulate',
    {
      config: { scope: 'rules:simulate' },
      schema: {
        summary: 'Say what new rules would have changed in what was decided; nothing changes',
        body: NEW_RULES,
        response: { 200: SIMULATION },
      },
    },
    async ({ body }) => {
      const after = scorerOf(body.rules, scorers);
      const history = await readRecentHistory(db, { most: MAX_SIMULATED });
      return simulateInSteps(scorers.deciding, after, history);
    },
  );
  addChallengerRoutes(app, context);
}

function addChallengerRoutes(app: ApiServer, context: ApiContext): void {
  const { scorers, now } = context;
  app.post(
    '/v1/rules/challenger',
    {
      config: { scope: 'rules:write', isCreating: true },
      schema: {
        summary: 'Have new rules score beside those that decide; they decide nothing',
        body: NEW_RULES,
        response: { 201: z.object({ digest: DIGEST }) },
      },
    },
    (request, reply) => {
      const { deciding } = scorers;
      const challenger = scorerOf(request.body.rules, scorers);
      return createOnce(request, reply, context, async (unit) => {
        await putChallengerInForce(unit, { deciding, challenger }, now());
        return { digest: challenger.rulesDigest };
      });
    },
  );
  app.delete(
    '/v1/rules/challenger',
    {
      config: { scope: 'rules:write' },
      schema: {
        summary: 'Have nothing score beside what decides',
        response: { 200: z.object({ challenger: z.null() }) },
      },
    },
    async () => {
      await putChallengerInForce(context.db, { deciding: scorers.deciding }, now());
      return { challenger: null };
    },
  );
}

/** Scorers by what they are for. */
export function rolesOf({ deciding, challenger }: LiveScorers) {
  return [
    ['deciding', deciding] as const,
    ...(challenger ? [['challenger', challenger] as const] : []),
  ] satisfies readonly (readonly ['deciding' | 'challenger', VersionedScorer])[];
}

/** New rules with the model that decides. Throws a problem that names what is wrong with them. */
function scorerOf(rules: object, { deciding }: LiveScorers): VersionedScorer {
  const text = JSON.stringify(rules);
  if (mayHoldCardNumber(text)) throw new Problem('refused', 'rules: card number');
  const scorer = readScorer(text, deciding.modelText);
  if (scorer.ok) return scorer.value;
  const { error } = scorer.error;
  throw new Problem('invalid-request', `rules.${error.path}: ${error.kind}`);
}
