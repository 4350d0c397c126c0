import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { fastify, LogController } from 'fastify';
import { z } from 'zod';
import { errorCode } from '../store/database.ts';
import type { Traces } from '../traces/traces.ts';
import { authenticate } from './authenticate.ts';
import type { ApiContext } from './context.ts';
import { addDisputeRoutes } from './dispute-routes.ts';
import { addHealthRoutes } from './health-routes.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addModelRoutes } from './model-routes.ts';
import { describeRoutes } from './openapi.ts';
import { addOperationsRoutes } from './operations-routes.ts';
import { type ProblemKind, problemOf, rawProblem, sendProblem } from './problem.ts';
import { addRuleRoutes } from './rule-routes.ts';
import { addSettlementRoutes } from './settlement-routes.ts';
import { addTerminalRoutes } from './terminal-routes.ts';
import { addTransactionRoutes } from './transaction-routes.ts';
import { addVerifyRoutes } from './verify-routes.ts';
import { addWebhookRoutes } from './webhook-routes.ts';
import { type ApiServer, serializerCompiler, validatorCompiler } from './zod-provider.ts';

/** What an API is started with, besides what its routes are made of. */
export interface ApiSettings extends ApiContext {
  readonly host: string;
  /** 0 is any. */
  readonly port: number;
  /** One line of JSON. */
  readonly record: (line: string) => void;
  readonly traces?: Traces | undefined;
  /** How long a request may take to come whole, ten seconds unless given. */
  readonly requestTimeoutMs?: number;
}

/** An API that answers. */
export interface Api {
  readonly port: number;
  /** Takes no new request, lets those under way be answered, and ends all connections. */
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection on which nothing moves; what an answer waits for takes less. */
const CONNECTION_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 5_000;

/** Listens on this host. Rejects with the system's error when the port cannot be had. */
export async function startApi(settings: ApiSettings): Promise<Api> {
  const app = buildServer(settings);
  await app.listen({ host: settings.host, port: settings.port });
  const address = app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the API has no port');
  return { port: address.port, stop: () => app.close() };
}

function buildServer(settings: ApiSettings): ApiServer {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = settings;
  const app: ApiServer = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    // Node looks only every half minute unless told; were the head given longer than the whole, it
    // would take one for the other.
    http: {
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: requestTimeoutMs / 4,
    },
    clientErrorHandler: (error, socket) => endConnection(socket, error.code),
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 80 },
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    logger: {
      level: 'info',
      base: { name: 'api' },
      stream: { write: settings.record },
      // Nothing of a request is logged but what is named below; these hold should that change. What
      // an error says may quote what a client sent.
      redact: ['req.headers', 'req.body', 'req.url', 'authorization', 'key', 'secret'],
      serializers: { err: describeError },
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.setNotFoundHandler((_, reply) => sendProblem(reply, 'not-found'));
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.kind === 'internal') {
      request.log.error({ ...routeOf(request), err: error }, 'failed');
    }
    return sendProblem(reply, problem.kind, problem.at);
  });
  app.addHook('onSend', async (_, reply) => {
    reply.header('Cache-Control', reply.getHeader('Cache-Control') ?? 'no-store');
    reply.header('X-Content-Type-Options', 'nosniff');
    reply.header('Referrer-Policy', 'no-referrer');
    reply.header('Cross-Origin-Resource-Policy', 'same-origin');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, route } = routeOf(request);
    const { statusCode: status, elapsedTime: durationMs } = reply;
    settings.metrics.answered(route, status);
    const { traceparent } = request.headers;
    const text = typeof traceparent === 'string' ? traceparent : undefined;
    settings.traces?.answered({ method, route, status, durationMs, traceparent: text });
    const line = { method, route, status, ms: Math.round(durationMs) };
    const isRemarkable = reply.statusCode >= 400 || request.method !== 'GET';
    request.log[isRemarkable ? 'info' : 'debug'](line, 'answered');
  });
  addRoutes(app, settings);
  return app;
}

function addRoutes(app: ApiServer, settings: ApiSettings): void {
  const document = describeRoutes(app);
  authenticate(app, settings.db, settings.now);
  addHealthRoutes(app, settings);
  addKeyRoutes(app, settings);
  addTerminalRoutes(app, settings);
  addTransactionRoutes(app, settings);
  addDisputeRoutes(app, settings);
  addSettlementRoutes(app, settings);
  addRuleRoutes(app, settings);
  addModelRoutes(app, settings);
  addVerifyRoutes(app, settings);
  addWebhookRoutes(app, settings);
  addOperationsRoutes(app, settings);
  app.get(
    '/v1/openapi.json',
    {
      config: { scope: 'open' },
      schema: { summary: 'This document', response: { 200: z.record(z.string(), z.unknown()) } },
    },
    async () => document(),
  );
}

/** Refuses what never became a request: no HTTP, too slow, or with too much of a head. */
function endConnection(socket: Duplex, code: string | undefined): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const kind =
    { ERR_HTTP_REQUEST_TIMEOUT: 'too-slow', HPE_HEADER_OVERFLOW: 'too-large' }[code ?? ''] ??
    'malformed-http';
  if (socket.writable) socket.write(rawProblem(kind as ProblemKind));
  socket.destroy();
}

/** The pattern of the route: what a client put into an address is not logged. */
function routeOf(request: { method: string; routeOptions: { url?: string | undefined } }) {
  return { method: request.method, route: request.routeOptions.url ?? 'none' };
}

function describeError(error: unknown) {
  return { type: 'error', message: '', code: errorCode(error), stack: stackOf(error) ?? '' };
}

/** Where it was thrown, without what it said. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
