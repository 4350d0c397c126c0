import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { replay, tellTest } from '../webhooks/outbox.ts';
import { callerOf } from './authenticate.ts';
import type { ApiContext } from './context.ts';
import { createOnce } from './create-once.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { Problem } from './problem.ts';
import { AT, CURSOR, LIMIT } from './shapes.ts';
import { ENDPOINT, expectEndpoint } from './webhook-endpoint.ts';
import type { ApiServer } from './zod-provider.ts';

const EVENT_ID = z.string().regex(/^evt_[0-9a-f]{32}$/);
const STATE = z.enum(['pending', 'delivered', 'dead']);

const DELIVERY = z.object({
  eventId: z.string(),
  type: z.string(),
  state: STATE,
  attempts: z.int(),
  /** When it is tried next; null where it is not. */
  nextAttemptAt: AT.nullable(),
  happenedAt: AT,
});

const ATTEMPT = z.object({
  at: AT,
  outcome: z.enum(['answered', 'timeout', 'refused-address', 'unknown-host', 'tls', 'connection']),
  /** The receiver's. */
  status: z.int().nullable(),
  durationMs: z.int(),
});

/** What was sent and is to be sent to an endpoint, and sending it again. */
export function addWebhookDeliveryRoutes(app: ApiServer, context: ApiContext): void {
  addList(app, context);
  addOne(app, context);
  app.post(
    '/v1/webhooks/:endpointId/test',
    {
      config: { scope: 'webhooks:write', isCreating: true },
      schema: {
        summary: 'Send an event that tells of nothing',
        params: ENDPOINT,
        body: z.strictObject({}),
        response: { 201: z.object({ eventId: EVENT_ID }) },
      },
    },
    (request, reply) =>
      createOnce(request, reply, context, async (unit) => {
        const endpoint = await expectEndpoint({ db: unit }, request.params, callerOf(request));
        const eventId = `evt_${randomUUID().replaceAll('-', '')}`;
        await tellTest(unit, endpoint, eventId);
        return { eventId };
      }),
  );
  app.post(
    '/v1/webhooks/:endpointId/replay',
    {
      config: { scope: 'webhooks:write' },
      schema: {
        summary: 'Send one event again, or all since a moment; each under the name it had',
        params: ENDPOINT,
        body: z.union([
          z.strictObject({ eventId: EVENT_ID }),
          z.strictObject({ since: AT, until: AT.optional() }),
        ]),
        response: { 200: z.object({ events: z.int() }) },
      },
    },
    async (request) => {
      const { endpointId } = await expectEndpoint(context, request.params, callerOf(request));
      const { body } = request;
      if ('eventId' in body) {
        const events = await replay(context.db, endpointId, body);
        if (events === 0) throw new Problem('not-found', 'eventId');
        return { events };
      }
      const until = body.until === undefined ? {} : { until: new Date(body.until) };
      const span = { since: new Date(body.since), ...until };
      return { events: await replay(context.db, endpointId, span) };
    },
  );
}

function addList(app: ApiServer, context: ApiContext): void {
  app.get(
    '/v1/webhooks/:endpointId/deliveries',
    {
      config: { scope: 'webhooks:read' },
      schema: {
        summary: 'Events for an endpoint and whether they were taken, the newest first',
        params: ENDPOINT,
        querystring: z.strictObject({
          ...{ state: STATE.optional(), cursor: CURSOR.optional(), limit: LIMIT },
        }),
        response: {
          200: z.object({ deliveries: z.array(DELIVERY), nextCursor: CURSOR.nullable() }),
        },
      },
    },
    async (request) => {
      const { endpointId } = await expectEndpoint(context, request.params, callerOf(request));
      const { state, cursor, limit } = request.query;
      let query = deliveriesOf(context.db, endpointId)
        .orderBy('webhook_deliveries.happened_at', 'desc')
        .orderBy('webhook_deliveries.event_id', 'desc')
        .limit(limit + 1);
      if (state !== undefined) query = query.where('state', '=', state);
      if (cursor !== undefined) {
        const [at, eventId] = decodeCursor(cursor);
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('webhook_deliveries.happened_at', 'webhook_deliveries.event_id'),
            '<',
            tuple(new Date(at), eventId),
          ),
        );
      }
      const rows = await query.execute();
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        deliveries: rows.slice(0, limit).map(describeDelivery),
        nextCursor: last
          ? encodeCursor([last.happened_at.toISOString(), last.event_id, '', ''])
          : null,
      };
    },
  );
}

function addOne(app: ApiServer, context: ApiContext): void {
  app.get(
    '/v1/webhooks/:endpointId/deliveries/:eventId',
    {
      config: { scope: 'webhooks:read' },
      schema: {
        summary: 'One event for an endpoint: what it says, and each attempt to send it',
        params: ENDPOINT.extend({ eventId: EVENT_ID }),
        response: {
          200: z.object({
            delivery: DELIVERY,
            data: z.record(z.string(), z.unknown()),
            attempts: z.array(ATTEMPT),
          }),
        },
      },
    },
    async (request) => {
      const { params } = request;
      const { endpointId } = await expectEndpoint(context, params, callerOf(request));
      const row = await deliveriesOf(context.db, endpointId)
        .where('webhook_deliveries.event_id', '=', params.eventId)
        .executeTakeFirst();
      if (!row) throw new Problem('not-found', 'eventId');
      const attempts = await context.db
        .selectFrom('webhook_attempts')
        .selectAll()
        .where('endpoint_id', '=', endpointId)
        .where('event_id', '=', params.eventId)
        .orderBy('attempt_id')
        .execute();
      return {
        delivery: describeDelivery(row),
        data: JSON.parse(row.data),
        attempts: attempts.map(({ attempted_at, outcome, status, duration_ms }) => ({
          at: attempted_at.toISOString(),
          outcome: outcome as z.infer<typeof ATTEMPT>['outcome'],
          status,
          durationMs: duration_ms,
        })),
      };
    },
  );
}

function deliveriesOf(db: ApiContext['db'], endpointId: string) {
  return db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhook_events', 'webhook_events.event_id', 'webhook_deliveries.event_id')
    .selectAll('webhook_deliveries')
    .select(['event_type', 'data'])
    .where('endpoint_id', '=', endpointId);
}

type DeliveryRow = Awaited<ReturnType<ReturnType<typeof deliveriesOf>['executeTakeFirstOrThrow']>>;

function describeDelivery(row: DeliveryRow): z.infer<typeof DELIVERY> {
  return {
    eventId: row.event_id,
    type: row.event_type,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'pending' ? row.next_attempt_at.toISOString() : null,
    happenedAt: row.happened_at.toISOString(),
  };
}
