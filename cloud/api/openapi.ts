import type { FastifySchema, RouteOptions } from 'fastify';
import { z } from 'zod';
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
      paths[path] = { ...paths[path], [String(route.method).toLowerCase()]: operationOf(route) };
    }
    return {
      openapi: '3.1.1',
      info: { title: 'Tessera cloud', version: '1' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      paths,
    };
  };
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
    ],
    ...(schema.body !== undefined && {
      requestBody: { required: true, content: contentOf(schema.body, 'input') },
    }),
    responses: { ...answersOf(schema), default: PROBLEM },
  };
}

function answersOf({ response }: FastifySchema): Json {
  const answers = Object.entries((response ?? {}) as Record<string, unknown>);
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

const PROBLEM = {
  description: 'Refused; `kind` says why (RFC 9457).',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'kind'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          kind: { type: 'string' },
          at: { type: 'string' },
        },
      },
    },
  },
};
