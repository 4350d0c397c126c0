import type { FastifyReply, FastifyRequest } from 'fastify';
import { actingAs } from '../audit/actor.ts';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries } from '../store/database.ts';
import { type Caller, findCaller } from './api-keys.ts';
import { mayHoldCardNumber } from './card-data.ts';
import { callerOfSession, sessionTokenOf } from './operations-session.ts';
import { Problem } from './problem.ts';
import { RateLimit } from './rate-limit.ts';
import type { Scope } from './scopes.ts';
import type { ApiServer } from './zod-provider.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must be allowed; `open` needs none. Every route has one. */
    scope?: Scope | 'open';
    /** It may come with an Idempotency-Key (`create-once.ts`). */
    isCreating?: boolean;
  }
}

/** From one address, in a minute: more wrong keys than anybody mistypes. */
export const WRONG_KEYS_PER_MINUTE = 30;

const callers = new WeakMap<FastifyRequest, Caller>();

/** Whose request it is. Throws where a route is open. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('an open route has no caller');
  return caller;
}

/**
 * Asks every request for a key, or a session opened with one, that has the scope of its route;
 * counts it against the key's limit, and writes into the audit log who wants to change what, before
 * it is done.
 */
export function authenticate(app: ApiServer, db: Queries, now: () => Date): void {
  const limit = new RateLimit();
  app.addHook('onRoute', ({ url, config }) => {
    if (config?.scope === undefined) throw new Error(`${url} has no scope`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (request.is404 || scope === 'open' || scope === undefined) return;
    const nowMs = now().getTime();
    const [, text] = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '') ?? [];
    const token = text === undefined ? sessionTokenOf(request) : undefined;
    if (text === undefined && token === undefined) throw new Problem('no-key');
    const caller =
      token === undefined
        ? await findCaller(db, text ?? '')
        : await callerOfSession(db, token, now());
    if (!caller) {
      // A right key is never kept out for the wrong ones of a neighbour.
      const waitS = limit.take(`address ${request.ip}`, WRONG_KEYS_PER_MINUTE, nowMs);
      if (waitS > 0) refuse(reply, waitS);
      throw new Problem('wrong-key');
    }
    const waitS = limit.take(`key ${caller.keyId}`, caller.requestsPerMinute, nowMs);
    if (waitS > 0) refuse(reply, waitS);
    if (!caller.scopes.has(scope)) throw new Problem('wrong-scope', scope);
    callers.set(request, caller);
  });
  app.addHook('preHandler', async (request) => {
    const caller = callers.get(request);
    if (!caller || request.method === 'GET') return;
    const details = { by: caller.keyId, method: request.method, path: pathOf(request) };
    const entry = { act: 'api-request', at: now(), details };
    await atomically(db, (unit) => appendAudit(unit, OPERATOR_SHARD, entry));
  });
  // The last of the hooks: whatever the request does is an act of its caller.
  app.addHook('preHandler', (request, _reply, done) => {
    const caller = callers.get(request);
    if (caller) actingAs(caller.keyId, done);
    else done();
  });
}

/** Where it goes, without what may be a card's number: a name that a client made up may be one. */
function pathOf({ url }: FastifyRequest): string {
  const [path = ''] = url.split('?');
  return path
    .split('/')
    .map((part) => (mayHoldCardNumber(part) ? '...' : part))
    .join('/');
}

function refuse(reply: FastifyReply, waitS: number): never {
  reply.header('Retry-After', waitS);
  throw new Problem('too-many-requests');
}
