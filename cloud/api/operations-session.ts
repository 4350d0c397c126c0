import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries } from '../store/database.ts';
import { type Caller, callerOfKey } from './api-keys.ts';

/** A working day with some to spare; then the key is asked for again. */
const SESSION_S = 12 * 60 * 60;

/**
 * Logs the holder of a key in to the operations page, and sets the cookie. The page itself cannot
 * read it, so that what is injected into the page finds no key to carry off; the database has the
 * SHA-256 of the cookie's 256 random bits. It ends with `endSession`, with its key, and by itself.
 */
export async function openSession(
  db: Queries,
  { keyId }: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + SESSION_S * 1_000);
  await atomically(db, async (unit) => {
    await unit.deleteFrom('operations_sessions').where('expires_at', '<=', now).execute();
    await unit
      .insertInto('operations_sessions')
      .values({ token_sha256: digestOf(token), key_id: keyId, expires_at: expiresAt })
      .execute();
    const entry = { act: 'operations-login', at: now, details: { by: keyId } };
    await appendAudit(unit, OPERATOR_SHARD, entry);
  });
  setCookie(request, reply, token, SESSION_S);
}

/** Whose session it is; `undefined` when it ended, or its key was revoked. */
export async function callerOfSession(
  db: Queries,
  token: string,
  now: Date,
): Promise<Caller | undefined> {
  const row = await db
    .selectFrom('operations_sessions')
    .innerJoin('api_keys', 'api_keys.key_id', 'operations_sessions.key_id')
    .selectAll('api_keys')
    .where('token_sha256', '=', digestOf(token))
    .where('expires_at', '>', now)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && callerOfKey(row);
}

/** Ends the session of a request, if it has one. */
export async function endSession(
  db: Queries,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const token = sessionTokenOf(request);
  if (token !== undefined) {
    await db
      .deleteFrom('operations_sessions')
      .where('token_sha256', '=', digestOf(token))
      .execute();
  }
  setCookie(request, reply, '', 0);
}

/**
 * The session's token, of requests that a page of this server made: a cookie is sent with those of
 * a page of another port of this machine as well.
 */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  if (!isOurPage(request)) return undefined;
  const prefix = `${cookieNameOf(request)}=`;
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const token = cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
}

/** Whether what sent a request may be a page of this server. */
export function isOurPage({ headers, method }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin } = headers;
  if (origin === undefined) return method === 'GET';
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === headers.host;
}

function setCookie(request: FastifyRequest, reply: FastifyReply, token: string, ageS: number) {
  // Only who asks can say so, and spoils no more than a session of their own.
  const isSecure = request.headers['x-forwarded-proto'] === 'https';
  const attributes = `Path=/v1; Max-Age=${ageS}; HttpOnly; SameSite=Strict`;
  const cookie = `${cookieNameOf(request)}=${token}; ${attributes}`;
  reply.header('Set-Cookie', isSecure ? `${cookie}; Secure` : cookie);
}

/** Cookies know no ports, so each cloud on a machine has a name of its own. */
function cookieNameOf(request: FastifyRequest): string {
  return `tessera-operations-${request.socket.localPort}`;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
