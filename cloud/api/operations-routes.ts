import { z } from 'zod';
import { type Caller, findCaller } from './api-keys.ts';
import { callerOf, WRONG_KEYS_PER_MINUTE } from './authenticate.ts';
import type { ApiContext } from './context.ts';
import { OperationsFigures } from './operations-figures.ts';
import { readOverview } from './operations-overview.ts';
import { addOperationsPage } from './operations-page.ts';
import { endSession, isOurPage, openSession } from './operations-session.ts';
import { OVERVIEW, SESSION } from './operations-shapes.ts';
import { Problem } from './problem.ts';
import { RateLimit } from './rate-limit.ts';
import type { ApiServer } from './zod-provider.ts';

/** The operations page, who is logged in to it, and how things stand. */
export function addOperationsRoutes(app: ApiServer, context: ApiContext): void {
  const figures = new OperationsFigures(context.db);
  addOperationsPage(app);
  addSessionRoutes(app, context);
  app.get(
    '/v1/operations/overview',
    {
      config: { scope: 'operations:read' },
      schema: {
        summary: 'The last hour by minute, declines, scores, latency, and what is open now',
        response: { 200: OVERVIEW },
      },
    },
    async (request) => readOverview(context, figures, callerOf(request)),
  );
}

function addSessionRoutes(app: ApiServer, { db, now }: ApiContext): void {
  const limit = new RateLimit();
  app.post(
    '/v1/operations/session',
    {
      config: { scope: 'open' },
      schema: {
        summary: 'Log in to the operations page with a key; sets a cookie that no page can read',
        body: z.strictObject({ key: z.string().max(200) }),
        response: { 200: SESSION },
      },
    },
    async (request, reply) => {
      if (!isOurPage(request)) throw new Problem('wrong-scope', 'origin');
      const caller = await findCaller(db, request.body.key);
      if (!caller) {
        const waitS = limit.take(request.ip, WRONG_KEYS_PER_MINUTE, now().getTime());
        if (waitS === 0) throw new Problem('wrong-key');
        reply.header('Retry-After', waitS);
        throw new Problem('too-many-requests');
      }
      if (!caller.scopes.has('operations:read')) {
        throw new Problem('wrong-scope', 'operations:read');
      }
      await openSession(db, caller, request, reply, now());
      return sessionOf(caller);
    },
  );
  app.get(
    '/v1/operations/session',
    {
      config: { scope: 'operations:read' },
      schema: { summary: 'Who is logged in', response: { 200: SESSION } },
    },
    async (request) => sessionOf(callerOf(request)),
  );
  app.delete(
    '/v1/operations/session',
    {
      config: { scope: 'open' },
      schema: { summary: 'Log out', response: { 200: z.object({}) } },
    },
    async (request, reply) => {
      await endSession(db, request, reply);
      return {};
    },
  );
}

function sessionOf({ name, merchantId, scopes }: Caller): z.infer<typeof SESSION> {
  return { name, merchantId, scopes: [...scopes] };
}
