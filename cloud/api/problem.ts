import type { FastifyReply } from 'fastify';

/** Why a request was refused. It never changes its meaning; a program may decide by it. */
export type ProblemKind =
  | 'malformed-json'
  | 'invalid-request'
  | 'too-large'
  | 'unsupported-media-type'
  | 'no-key'
  | 'wrong-key'
  | 'wrong-scope'
  | 'too-many-requests'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'unavailable'
  | 'internal';

const PROBLEMS: Readonly<Record<ProblemKind, readonly [status: number, title: string]>> = {
  'malformed-json': [400, 'The body is not JSON that can be taken.'],
  'invalid-request': [400, 'Something in the request is not as the OpenAPI document says.'],
  'too-large': [413, 'The body is too large.'],
  'unsupported-media-type': [415, 'The body must be application/json.'],
  'no-key': [401, 'Send a key: Authorization: Bearer KEY.'],
  'wrong-key': [401, 'This key is unknown or was revoked.'],
  'wrong-scope': [403, 'This key may not do that.'],
  'too-many-requests': [429, 'Too many requests. Try again after the seconds in Retry-After.'],
  'not-found': [404, 'There is no such thing here.'],
  conflict: [409, 'It is there already, and it is another.'],
  refused: [422, 'It cannot be done as things stand.'],
  unavailable: [503, 'It cannot be answered now. Try again.'],
  internal: [500, 'Something went wrong here. It was written down.'],
};

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
  const [status, title] = PROBLEMS[kind];
  const body = { type: 'about:blank', title, status, kind, ...(at !== undefined && { at }) };
  // No schema of a route fits it, so it is text by now.
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
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
