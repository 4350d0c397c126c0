import { sql } from 'kysely';
import { z } from 'zod';
import type { TransactionState } from '../store/schema.ts';
import { callerOf } from './authenticate.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { Problem } from './problem.ts';
import { AT, CURSOR, LIMIT, STAN, TERMINAL_ID, TRANSMITTED_AT } from './shapes.ts';
import { STORY, tellStory } from './story.ts';
import { describeTransaction, TRANSACTION } from './transaction-shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const STATES = [
  ...['unknown', 'reversal-due', 'declined', 'authorised', 'captured', 'refunded', 'voided'],
  ...['expired', 'reversed', 'reversed-unseen', 'disputed', 'charged-back', 'done'],
] as readonly TransactionState[];

const FILTERS = z.strictObject({
  terminalId: TERMINAL_ID.optional(),
  state: z.enum(STATES as [TransactionState, ...TransactionState[]]).optional(),
  /** DE 39. */
  responseCode: z
    .string()
    .regex(/^[0-9A-Z]{2}$/)
    .optional(),
  /** From this moment on. */
  from: AT.optional(),
  /** Before this moment. */
  until: AT.optional(),
  /** A STAN, retrieval reference, approval code, terminal, or the card's last four digits. */
  search: z
    .string()
    .regex(/^[A-Za-z0-9]{4,12}$/)
    .optional(),
  cursor: CURSOR.optional(),
  limit: LIMIT,
});

const KEY = z.strictObject({ terminalId: TERMINAL_ID, transmittedAt: TRANSMITTED_AT, stan: STAN });

/** Payments: a list, the newest first, and one with its whole story. */
export function addTransactionRoutes(app: ApiServer, { db }: ApiContext): void {
  app.get(
    '/v1/transactions',
    {
      config: { scope: 'transactions:read' },
      schema: {
        summary: 'Payments and messages about them, the newest first',
        querystring: FILTERS,
        response: {
          200: z.object({ transactions: z.array(TRANSACTION), nextCursor: CURSOR.nullable() }),
        },
      },
    },
    async (request) => {
      const { limit } = request.query;
      const rows = await listQuery(db, request.query, callerOf(request).merchantId)
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const { received_at: at, terminal_id, stan, transmitted_at } = last ?? {};
      return {
        transactions: page.map(describeTransaction),
        nextCursor:
          at && terminal_id && stan && transmitted_at
            ? encodeCursor([at.toISOString(), terminal_id, stan, transmitted_at])
            : null,
      };
    },
  );
  app.get(
    '/v1/transactions/:terminalId/:transmittedAt/:stan',
    {
      config: { scope: 'transactions:read' },
      schema: {
        summary: 'One payment: messages about it, decision, bookings, audit log, disputes',
        params: KEY,
        response: { 200: STORY },
      },
    },
    async (request) => {
      const story = await tellStory(db, request.params, callerOf(request).merchantId);
      if (!story) throw new Problem('not-found');
      return story;
    },
  );
}

function listQuery(
  db: ApiContext['db'],
  filters: z.infer<typeof FILTERS>,
  merchantId: string | null,
) {
  const { terminalId, state, responseCode, from, until, search, cursor } = filters;
  let query = db
    .selectFrom('transactions')
    .selectAll()
    .orderBy('received_at', 'desc')
    .orderBy('terminal_id', 'desc')
    .orderBy('stan', 'desc')
    .orderBy('transmitted_at', 'desc');
  if (merchantId !== null) query = query.where('merchant_id', '=', merchantId);
  if (terminalId !== undefined) query = query.where('terminal_id', '=', terminalId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (responseCode !== undefined) query = query.where('response_code', '=', responseCode);
  if (from !== undefined) query = query.where('received_at', '>=', new Date(from));
  if (until !== undefined) query = query.where('received_at', '<', new Date(until));
  if (cursor !== undefined) {
    const [at, ...name] = decodeCursor(cursor);
    query = query.where(
      sql<boolean>`(received_at, terminal_id, stan, transmitted_at)
        < (${new Date(at)}::timestamptz, ${name[0]}, ${name[1]}, ${name[2]})`,
    );
    // Said again on one column, so that its index is read from there.
    query = query.where('received_at', '<=', new Date(at));
  }
  if (search !== undefined) {
    query = query.where((where) =>
      where.or([
        where('stan', '=', search),
        where('retrieval_reference', '=', search),
        where('approval_code', '=', search),
        where('terminal_id', '=', search),
        where(sql`right(masked_pan, 4)`, '=', search),
      ]),
    );
  }
  return query;
}
