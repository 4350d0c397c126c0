import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { mayHoldCardNumber } from './card-data.ts';

/** Why a request was refused. It never changes its meaning; a program may decide by it. */
export type ProblemKind =
  | 'malformed-json'
  | 'invalid-request'
  | 'malformed-http'
  | 'too-slow'
  | 'too-large'
  | 'unsupported-media-type'
  | 'no-key'
  | 'wrong-key'
  | 'wrong-scope'
  | 'too-many-requests'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'idempotency-key-reused'
  | 'unavailable'
  | 'internal';

const PROBLEMS: Readonly<Record<ProblemKind, readonly [status: number, title: string]>> = {
  'malformed-json': [400, 'The body is not JSON that can be taken.'],
  'invalid-request': [400, 'Something in the request is not as the OpenAPI document says.'],
  'malformed-http': [400, 'This is not HTTP.'],
  'too-slow': [408, 'The request did not come whole in time.'],
  'too-large': [413, 'The body is too large.'],
  'unsupported-media-type': [415, 'The body must be application/json.'],
  'no-key': [401, 'Send a key: Authorization: Bearer KEY.'],
  'wrong-key': [401, 'This key is unknown or was revoked.'],
  'wrong-scope': [403, 'This key may not do that.'],
  'too-many-requests': [429, 'Too many requests. Try again after the seconds in Retry-After.'],
  'not-found': [404, 'There is no such thing here.'],
  conflict: [409, 'It is there already, and it is another.'],
  refused: [422, 'It cannot be done as things stand.'],
  'idempotency-key-reused': [422, 'This Idempotency-Key came with another request.'],
  unavailable: [503, 'It cannot be answered now. Try again.'],
  internal: [500, 'Something went wrong here. It was written down.'],
};

/** All of them. */
export const PROBLEM_KINDS = Object.keys(PROBLEMS) as readonly ProblemKind[];

/** A refusal on its way to the client; `at` says what of the request or of the state is meant. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly at: string | undefined;

  constructor(kind: ProblemKind, at?: string) {
    super(kind);
    this.kind = kind;
    this.at = at;
  }
}

/** Sends a refusal as `application/problem+json`. Source: RFC 9457. */
export function sendProblem(reply: FastifyReply, kind: ProblemKind, at?: string): FastifyReply {
  // No schema of a route fits it, so it is text by now.
  return reply.code(PROBLEMS[kind][0]).type(PROBLEM_JSON).send(problemText(kind, at));
}

/** The same as bytes of HTTP, for what never became a request. */
export function rawProblem(kind: ProblemKind): string {
  const text = problemText(kind);
  const [status] = PROBLEMS[kind];
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Content-Type: ${PROBLEM_JSON}`];
  const end = [`Content-Length: ${Buffer.byteLength(text)}`, 'Connection: close', '', text];
  return [...head, ...end].join('\r\n');
}

const PROBLEM_JSON = 'application/problem+json';

/** A place that a client named is not told where it may be a card's number. */
function problemText(kind: ProblemKind, at?: string): string {
  const [status, title] = PROBLEMS[kind];
  const where = at === undefined || mayHoldCardNumber(at) ? {} : { at };
  return JSON.stringify({ type: 'about:blank', title, status, kind, ...where });
}

/** What Fastify or a route threw, as a refusal. Its message is not passed on: it may quote. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode } = Object(error) as { code?: unknown; statusCode?: unknown };
  const known = KINDS[String(code)];
  if (known) return new Problem(known);
  if (error instanceof SyntaxError && statusCode === 400) return new Problem('malformed-json');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Problem('invalid-request');
  }
  return new Problem('internal');
}

const KINDS: Readonly<Record<string, ProblemKind>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
};
