import { z } from 'zod';
import { atomically } from '../store/database.ts';
import {
  addEndpoint,
  enableEndpoint,
  type ListedEndpoint,
  listEndpoints,
  removeEndpoint,
  revealSecret,
  rotateSecret,
} from '../webhooks/endpoints.ts';
import { EVENT_TYPES } from '../webhooks/event-types.ts';
import { secretText } from '../webhooks/sign.ts';
import { refuseTarget } from '../webhooks/target.ts';
import { callerOf } from './authenticate.ts';
import { mayHoldCardNumber } from './card-data.ts';
import type { ApiContext } from './context.ts';
import { createOnce } from './create-once.ts';
import { Problem } from './problem.ts';
import { AT } from './shapes.ts';
import { addWebhookDeliveryRoutes } from './webhook-delivery-routes.ts';
import { ENDPOINT, ENDPOINT_ID, expectEndpoint } from './webhook-endpoint.ts';
import type { ApiServer } from './zod-provider.ts';

const EVENT_TYPE = z.enum(EVENT_TYPES);
const LISTED = z.object({
  endpointId: ENDPOINT_ID,
  merchantId: z.string().nullable(),
  url: z.string(),
  eventTypes: z.array(EVENT_TYPE),
  createdAt: AT,
  disabled: z.object({ at: AT, why: z.enum(['operator', 'gone']) }).nullable(),
  previousSecretUntil: AT.nullable(),
});

const NEW_ENDPOINT = z.strictObject({
  url: z.string().min(1).max(2_000),
  /** None is all. */
  eventTypes: z.array(EVENT_TYPE).max(EVENT_TYPES.length).default([]),
});

/** More than a merchant has use for; every event is sent to each. */
const MOST_ENDPOINTS = 20;

/** Endpoints that events are sent to: listed, added, removed, their secrets, what was sent. */
export function addWebhookRoutes(app: ApiServer, context: ApiContext): void {
  app.get(
    '/v1/webhooks',
    {
      config: { scope: 'webhooks:read' },
      schema: {
        summary: 'Endpoints that events are sent to; an operator sees those of all',
        response: { 200: z.object({ endpoints: z.array(LISTED) }) },
      },
    },
    async (request) => {
      const endpoints = await listEndpoints(context.db, callerOf(request).merchantId);
      return { endpoints: endpoints.map(describeEndpoint) };
    },
  );
  addAdding(app, context);
  addChanging(app, context);
  addSecretRoutes(app, context);
  addWebhookDeliveryRoutes(app, context);
}

function addAdding(app: ApiServer, context: ApiContext): void {
  const { keyProtectionKey, webhookTargets, now } = context;
  app.post(
    '/v1/webhooks',
    {
      config: { scope: 'webhooks:write', isCreating: true },
      schema: {
        summary:
          'Send events to an HTTPS endpoint from now on; of an operator, those of all merchants',
        body: NEW_ENDPOINT,
        response: { 201: ENDPOINT },
      },
    },
    (request, reply) =>
      createOnce(request, reply, context, async (unit) => {
        const { url, eventTypes } = request.body;
        const refusal = refuseTarget(url, webhookTargets);
        if (mayHoldCardNumber(url)) throw new Problem('refused', 'url: card number');
        if (refusal) throw new Problem('refused', `url: ${refusal}`);
        const { merchantId } = callerOf(request);
        const theirs = await listEndpoints(unit, merchantId);
        const own = theirs.filter((each) => each.merchantId === merchantId);
        if (own.length >= MOST_ENDPOINTS) throw new Problem('refused', 'too many endpoints');
        const endpoint = { merchantId, url: new URL(url).href, eventTypes };
        return { endpointId: await addEndpoint(unit, endpoint, keyProtectionKey, now()) };
      }),
  );
}

function addChanging(app: ApiServer, context: ApiContext): void {
  const { db, now } = context;
  app.delete(
    '/v1/webhooks/:endpointId',
    {
      config: { scope: 'webhooks:write' },
      schema: {
        summary: 'Remove an endpoint, with what was still to be sent to it',
        ...{ params: ENDPOINT, response: { 200: ENDPOINT } },
      },
    },
    async (request) => {
      const { endpointId } = await expectEndpoint(context, request.params, callerOf(request));
      await atomically(db, (unit) => removeEndpoint(unit, endpointId));
      return { endpointId };
    },
  );
  app.post(
    '/v1/webhooks/:endpointId/enabled',
    {
      config: { scope: 'webhooks:write' },
      schema: {
        summary: 'Have events wait, or go on with those that waited',
        params: ENDPOINT,
        body: z.strictObject({ isEnabled: z.boolean() }),
        response: { 200: LISTED },
      },
    },
    async (request) => {
      const { params, body } = request;
      const caller = callerOf(request);
      const { endpointId } = await expectEndpoint(context, params, caller);
      const disabled = body.isEnabled ? null : ({ at: now(), why: 'operator' } as const);
      await enableEndpoint(db, endpointId, disabled);
      return describeEndpoint(await expectEndpoint(context, params, caller));
    },
  );
}

function addSecretRoutes(app: ApiServer, context: ApiContext): void {
  const { db, keyProtectionKey, now } = context;
  app.post(
    '/v1/webhooks/:endpointId/secret',
    {
      config: { scope: 'webhooks:write' },
      schema: {
        summary: 'Tell the secret that events are signed by',
        params: ENDPOINT,
        body: z.strictObject({}),
        response: { 200: z.object({ secret: z.string() }) },
      },
    },
    async (request) => {
      const { endpointId } = await expectEndpoint(context, request.params, callerOf(request));
      return { secret: secretText(await revealSecret(db, endpointId, keyProtectionKey)) };
    },
  );
  app.post(
    '/v1/webhooks/:endpointId/secret/rotate',
    {
      config: { scope: 'webhooks:write' },
      schema: {
        summary: 'Make a new secret; the one of before signs, too, for so many hours',
        params: ENDPOINT,
        body: z.strictObject({ overlapHours: z.int().min(0).max(168).default(24) }),
        response: { 200: LISTED },
      },
    },
    async (request) => {
      const { params, body } = request;
      const caller = callerOf(request);
      const { endpointId } = await expectEndpoint(context, params, caller);
      const until = new Date(now().getTime() + body.overlapHours * 3_600_000);
      await rotateSecret(db, endpointId, keyProtectionKey, until);
      return describeEndpoint(await expectEndpoint(context, params, caller));
    },
  );
}

function describeEndpoint(endpoint: ListedEndpoint): z.infer<typeof LISTED> {
  const { eventTypes, createdAt, disabled, previousSecretUntil } = endpoint;
  return {
    ...endpoint,
    eventTypes: [...eventTypes],
    createdAt: createdAt.toISOString(),
    disabled: disabled && { at: disabled.at.toISOString(), why: disabled.why },
    previousSecretUntil: previousSecretUntil?.toISOString() ?? null,
  };
}
