import type { FastifySchema, RouteOptions } from 'fastify';
import { z } from 'zod';
import { PROBLEM_KINDS } from './problem.ts';
import type { ApiServer } from './zod-provider.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** One line in the OpenAPI document. */
    summary?: string;
  }
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Gathers the routes of a server as they are registered; the returned function makes the OpenAPI
 * document of their schemas, so that it cannot tell of others. Source: OpenAPI 3.1.1, whose schemas
 * are JSON Schema 2020-12.
 */
export function describeRoutes(app: ApiServer): () => Json {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  return () => {
    const paths: Record<string, Record<string, Json>> = {};
    for (const route of routes) {
      const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
      // Files of the operations page are no resources.
      if (path.includes('*') || path.startsWith('/operations')) continue;
      const method = String(route.method).toLowerCase();
      paths[path] = {
        ...paths[path],
        [method]: { ...namesOf(method, path), ...operationOf(route) },
      };
    }
    return {
      openapi: '3.1.1',
      info: { title: 'Tessera cloud', version: '1', license: LICENSE },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
        schemas: { Problem: PROBLEM },
      },
      paths,
    };
  };
}

/** `GET /v1/models/{digest}/card` is `get-models-digest-card`, of the models. */
function namesOf(method: string, path: string): Json {
  const words = path.match(/\w+/g)?.filter((word) => word !== 'v1') ?? [];
  return { operationId: [method, ...words].join('-'), tags: [words[0]] };
}

function operationOf({ config, schema = {} }: RouteOptions): Json {
  const scope = config?.scope;
  const isOpen = scope === 'open';
  return {
    summary: schema.summary,
    ...(isOpen ? { security: [] } : { security: [{ key: [] }], 'x-scope': scope }),
    parameters: [
      ...parametersOf(schema.params, 'path'),
      ...parametersOf(schema.querystring, 'query'),
      ...(config?.isCreating ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(schema.body !== undefined && {
      requestBody: { required: true, content: contentOf(schema.body, 'input') },
    }),
    responses: { ...answersOf(schema), default: REFUSED },
  };
}

function answersOf({ response }: FastifySchema): Json {
  if (response === undefined) {
    return { 200: { description: 'Done.', content: { 'text/plain': { schema: TEXT } } } };
  }
  const answers = Object.entries(response as Record<string, unknown>);
  return Object.fromEntries(
    answers.map(([status, schema]) => [
      status,
      { description: 'Done.', content: contentOf(schema, 'output') },
    ]),
  );
}

function contentOf(schema: unknown, io: 'input' | 'output'): Json {
  return { 'application/json': { schema: jsonSchemaOf(schema, io) } };
}

function parametersOf(schema: unknown, place: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as {
    properties?: Json;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, each]) => ({
    ...{ name, in: place, schema: each, required: place === 'path' || required.includes(name) },
  }));
}

function jsonSchemaOf(schema: unknown, io: 'input' | 'output'): Json {
  if (!(schema instanceof z.ZodType)) throw new Error('a route has zod schemas alone');
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
};

const LICENSE = { name: 'Apache-2.0', identifier: 'Apache-2.0' };
const TEXT = { type: 'string' };

const REFUSED = {
  description: 'Refused; `kind` says why (RFC 9457).',
  content: {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  },
};

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'kind'],
  additionalProperties: false,
  properties: {
    type: { const: 'about:blank' },
    title: TEXT,
    status: { type: 'integer' },
    kind: { enum: PROBLEM_KINDS },
    /** What of the request, or of how things stand, is meant. */
    at: TEXT,
  },
};
