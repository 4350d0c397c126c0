import { z } from 'zod';
import { measureDrift } from '../scoring/drift.ts';
import { readLiveModel } from '../scoring/live-model.ts';
import { buildModelCard } from '../scoring/model-card.ts';
import { readRecentHistory } from '../scoring/recent-history.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';
import { ROLE, rolesOf } from './rule-routes.ts';
import { AT, DIGEST } from './shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const MODEL = z.object({
  digest: DIGEST,
  role: ROLE.nullable(),
  firstUsedAt: AT,
  lengthCharacters: z.int(),
});

const DRIFT = z.object({
  /** How many payments of before and of since were compared. */
  ...{ reference: z.int(), current: z.int() },
  features: z.array(
    z.object({
      ...{ feature: z.string(), psi: z.number() },
      verdict: z.enum(['stable', 'moved', 'shifted']),
    }),
  ),
});

/** Drift is measured on so many payments of each time, the newest. */
const MAX_COMPARED = 5_000;

/** Models that ever scored, their cards, and how far the payments have moved since a day. */
export function addModelRoutes(app: ApiServer, context: ApiContext): void {
  const { db, scorers } = context;
  const roleOf = (digest: string) =>
    rolesOf(scorers).find(([, each]) => each.modelDigest === digest)?.[0] ?? null;
  app.get(
    '/v1/models',
    {
      config: { scope: 'models:read' },
      schema: {
        summary: 'Models that ever scored, the newest first',
        response: { 200: z.object({ models: z.array(MODEL) }) },
      },
    },
    async () => {
      const rows = await db
        .selectFrom('scoring_files')
        .select(({ fn }) => [
          ...(['digest', 'first_used_at'] as const),
          fn<number>('length', ['content']).as('length'),
        ])
        .where('kind', '=', 'model')
        .orderBy('first_used_at', 'desc')
        .orderBy('digest')
        .execute();
      return {
        models: rows.map(({ digest, first_used_at, length }) => ({
          ...{ digest, role: roleOf(digest), lengthCharacters: length },
          firstUsedAt: first_used_at.toISOString(),
        })),
      };
    },
  );
  addCard(app, context);
  app.get(
    '/v1/models/drift',
    {
      config: { scope: 'models:read' },
      schema: {
        summary: 'How far features have moved since a moment, the most moved first',
        querystring: z.strictObject({ since: AT }),
        response: { 200: DRIFT },
      },
    },
    async ({ query }) => {
      const since = new Date(query.since);
      const before = await readRecentHistory(db, { until: since, most: MAX_COMPARED });
      const after = await readRecentHistory(db, { from: since, most: MAX_COMPARED });
      if (before.length === 0 || after.length === 0) {
        throw new Problem('refused', 'no payments before that moment, or none since');
      }
      const [reference, current] = [before, after].map((each) =>
        each.map(({ features }) => features),
      );
      const features = measureDrift(reference ?? [], current ?? []).map((each) => ({ ...each }));
      return { reference: before.length, current: after.length, features };
    },
  );
}

function addCard(app: ApiServer, { db }: ApiContext): void {
  app.get(
    '/v1/models/:digest/card',
    {
      config: { scope: 'models:read' },
      schema: {
        summary: 'What a model is, what it learned from and what it is not for, in Markdown',
        params: z.strictObject({ digest: DIGEST }),
        response: { 200: z.object({ digest: DIGEST, card: z.string() }) },
      },
    },
    async ({ params: { digest } }) => {
      const file = await db
        .selectFrom('scoring_files')
        .select('content')
        .where('digest', '=', digest)
        .where('kind', '=', 'model')
        .executeTakeFirst();
      const model = file && readLiveModel(file.content);
      if (!model?.ok) throw new Problem('not-found', 'digest');
      return { digest, card: buildModelCard(model.value, digest) };
    },
  );
}
