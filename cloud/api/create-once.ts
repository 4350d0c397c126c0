import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { atomically, type UnitOfWork } from '../store/database.ts';
import { callerOf } from './authenticate.ts';
import { mayHoldCardNumber } from './card-data.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Creates something and answers 201. With an Idempotency-Key it is created once for this caller,
 * for good: the same request again gets the answer of the first time, another is refused with
 * `idempotency-key-reused`. What `work` does and the answer are committed together, so that neither
 * is there without the other; a refusal leaves the key unused. The answer is stored: it must hold
 * no secret.
 */
export async function createOnce<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { db, now }: Pick<ApiContext, 'db' | 'now'>,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const { 'idempotency-key': key } = request.headers;
  reply.code(201);
  if (key === undefined) return atomically(db, work);
  if (typeof key !== 'string' || !KEY.test(key) || mayHoldCardNumber(key)) {
    throw new Problem('invalid-request', 'headers.Idempotency-Key');
  }
  const name = { key_id: callerOf(request).keyId, idempotency_key: key };
  const request_sha256 = hashOf(request);
  return atomically(db, async (unit) => {
    // Who sends the same at the same time waits here until this is committed or given up.
    const first = await unit
      .insertInto('api_idempotency')
      .values({ ...name, request_sha256, answer: null, created_at: now() })
      .onConflict((conflict) => conflict.columns(['key_id', 'idempotency_key']).doNothing())
      .executeTakeFirst();
    if (first.numInsertedOrUpdatedRows === 0n) {
      const known = await unit
        .selectFrom('api_idempotency')
        .select(['request_sha256', 'answer'])
        .where('key_id', '=', name.key_id)
        .where('idempotency_key', '=', key)
        .executeTakeFirst();
      if (known?.request_sha256 !== request_sha256) throw new Problem('idempotency-key-reused');
      reply.header('Idempotent-Replayed', 'true');
      return JSON.parse(known.answer ?? 'null') as T;
    }
    const answer = await work(unit);
    await unit
      .updateTable('api_idempotency')
      .set({ answer: JSON.stringify(answer) })
      .where('key_id', '=', name.key_id)
      .where('idempotency_key', '=', key)
      .execute();
    return answer;
  });
}

function hashOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body)}`)
    .digest('hex');
}
