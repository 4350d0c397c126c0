import { z } from 'zod';
import {
  addEvidence,
  type DisputeRefusal,
  openDispute,
  ruleDispute,
} from '../disputes/disputes.ts';
import { callerOf } from './authenticate.ts';
import { mayHoldCardNumber } from './card-data.ts';
import type { ApiContext } from './context.ts';
import { createOnce } from './create-once.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { Problem } from './problem.ts';
import { AT, CURSOR, LIMIT, STAN, TERMINAL_ID, TRANSMITTED_AT } from './shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const DISPUTE_ID = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/)
  .refine((text) => !mayHoldCardNumber(text));
const REASON_CODE = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.]{0,9}$/);
const STATE = z.enum(['open', 'won', 'lost']);
const NAME = z.strictObject({ terminalId: TERMINAL_ID, disputeId: DISPUTE_ID });

const DISPUTE = z.object({
  terminalId: z.string(),
  disputeId: z.string(),
  stan: z.string(),
  transmittedAt: z.string(),
  reasonCode: z.string(),
  state: STATE,
  openedAt: AT,
  ruledAt: AT.nullable(),
});

const EVIDENCE = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  content: z.string().min(1).max(64_000),
});

const ADDED_EVIDENCE = EVIDENCE.extend({ sequence: z.int(), addedAt: AT });

const NEW_DISPUTE = z.strictObject({
  ...{ disputeId: DISPUTE_ID, terminalId: TERMINAL_ID, stan: STAN },
  ...{ transmittedAt: TRANSMITTED_AT, reasonCode: REASON_CODE },
});

/** Disputes: listed, opened for an issuer, answered by the merchant, ruled on. */
export function addDisputeRoutes(app: ApiServer, context: ApiContext): void {
  addReading(app, context);
  addOne(app, context);
  addOpening(app, context);
  const { db, now } = context;
  app.post(
    '/v1/disputes/:terminalId/:disputeId/evidence',
    {
      config: { scope: 'disputes:write', isCreating: true },
      schema: {
        summary: 'Add evidence to an open dispute; it must hold no card number',
        ...{ params: NAME, body: EVIDENCE, response: { 201: NAME } },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { merchantId } = callerOf(request);
      if (!(await findDispute(db, params, merchantId))) throw new Problem('not-found', 'disputeId');
      if (mayHoldCardNumber(body.content)) throw new Problem('refused', 'content: card number');
      return createOnce(request, reply, context, async (unit) => {
        expectDone(await addEvidence(unit, params, body, now()));
        return params;
      });
    },
  );
  app.post(
    '/v1/disputes/:terminalId/:disputeId/ruling',
    {
      config: { scope: 'disputes:rule' },
      schema: {
        summary: 'Rule on a dispute; the same ruling again changes nothing',
        params: NAME,
        body: z.strictObject({ outcome: z.enum(['won', 'lost']) }),
        response: { 200: NAME },
      },
    },
    async ({ params, body }) => {
      expectDone(await ruleDispute(db, params, body.outcome, now()));
      return params;
    },
  );
}

function addReading(app: ApiServer, { db }: ApiContext): void {
  app.get(
    '/v1/disputes',
    {
      config: { scope: 'disputes:read' },
      schema: {
        summary: 'Disputes, the newest first',
        querystring: z.strictObject({
          ...{ state: STATE.optional(), cursor: CURSOR.optional(), limit: LIMIT },
        }),
        response: { 200: z.object({ disputes: z.array(DISPUTE), nextCursor: CURSOR.nullable() }) },
      },
    },
    async (request) => {
      const { state, cursor, limit } = request.query;
      let query = disputesOf(db, callerOf(request).merchantId)
        .orderBy('opened_at', 'desc')
        .orderBy('disputes.terminal_id', 'desc')
        .orderBy('dispute_id', 'desc')
        .limit(limit + 1);
      if (state !== undefined) query = query.where('disputes.state', '=', state);
      if (cursor !== undefined) {
        const [at, terminalId, disputeId] = decodeCursor(cursor);
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('opened_at', 'disputes.terminal_id', 'dispute_id'),
            '<',
            tuple(new Date(at), terminalId, disputeId),
          ),
        );
      }
      const rows = await query.execute();
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        disputes: rows.slice(0, limit).map(describeDispute),
        nextCursor:
          last === undefined
            ? null
            : encodeCursor([last.opened_at.toISOString(), last.terminal_id, last.dispute_id, '']),
      };
    },
  );
}

function addOpening(app: ApiServer, context: ApiContext): void {
  app.post(
    '/v1/disputes',
    {
      config: { scope: 'disputes:rule', isCreating: true },
      schema: {
        summary: 'Open a dispute over what is left of a payment; the same again changes nothing',
        body: NEW_DISPUTE,
        response: { 201: NAME },
      },
    },
    (request, reply) =>
      createOnce(request, reply, context, async (unit) => {
        const { disputeId, reasonCode, ...payment } = request.body;
        const { terminalId } = payment;
        const known = await findDispute(unit, { terminalId, disputeId }, null);
        const isAnother =
          known &&
          (known.stan !== payment.stan ||
            known.transmitted_at !== payment.transmittedAt ||
            known.reason_code !== reasonCode);
        if (isAnother) throw new Problem('conflict', 'disputeId');
        const dispute = { disputeId, reasonCode, payment };
        expectDone(await openDispute(unit, dispute, context.now()));
        return { terminalId, disputeId };
      }),
  );
}

function addOne(app: ApiServer, { db }: ApiContext): void {
  app.get(
    '/v1/disputes/:terminalId/:disputeId',
    {
      config: { scope: 'disputes:read' },
      schema: {
        summary: 'One dispute with its evidence',
        params: NAME,
        response: { 200: z.object({ dispute: DISPUTE, evidence: z.array(ADDED_EVIDENCE) }) },
      },
    },
    async (request) => {
      const { params } = request;
      const dispute = await findDispute(db, params, callerOf(request).merchantId);
      if (!dispute) throw new Problem('not-found', 'disputeId');
      const evidence = await db
        .selectFrom('dispute_evidence')
        .selectAll()
        .where('terminal_id', '=', params.terminalId)
        .where('dispute_id', '=', params.disputeId)
        .orderBy('sequence')
        .execute();
      return {
        dispute: describeDispute(dispute),
        evidence: evidence.map(({ sequence, kind, content, added_at }) => ({
          ...{ sequence, kind, content, addedAt: added_at.toISOString() },
        })),
      };
    },
  );
}

type DisputeRow = Awaited<ReturnType<ReturnType<typeof disputesOf>['executeTakeFirstOrThrow']>>;

function describeDispute(row: DisputeRow): z.infer<typeof DISPUTE> {
  return {
    terminalId: row.terminal_id,
    disputeId: row.dispute_id,
    stan: row.stan,
    transmittedAt: row.transmitted_at,
    reasonCode: row.reason_code,
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    ruledAt: row.ruled_at?.toISOString() ?? null,
  };
}

function findDispute(
  db: ApiContext['db'],
  { terminalId, disputeId }: z.infer<typeof NAME>,
  merchantId: string | null,
) {
  return disputesOf(db, merchantId)
    .where('disputes.terminal_id', '=', terminalId)
    .where('dispute_id', '=', disputeId)
    .executeTakeFirst();
}

/** Disputes over payments of a merchant; null is all. */
export function disputesOf(db: ApiContext['db'], merchantId: string | null) {
  const query = db
    .selectFrom('disputes')
    .innerJoin('transactions', (join) =>
      join
        .onRef('transactions.terminal_id', '=', 'disputes.terminal_id')
        .onRef('transactions.stan', '=', 'disputes.stan')
        .onRef('transactions.transmitted_at', '=', 'disputes.transmitted_at'),
    )
    .selectAll('disputes');
  return merchantId === null ? query : query.where('transactions.merchant_id', '=', merchantId);
}

function expectDone(result: { readonly ok: boolean; readonly error?: DisputeRefusal }): void {
  if (result.ok) return;
  const { error } = result;
  const isMissing = error === 'no-such-payment' || error === 'no-such-dispute';
  throw new Problem(isMissing ? 'not-found' : 'refused', error);
}
