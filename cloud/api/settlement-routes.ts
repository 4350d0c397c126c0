import { z } from 'zod';
import { identifyBankFile } from '../settlement/bank-file.ts';
import { compareWithBank } from '../settlement/read-batches.ts';
import { callerOf } from './authenticate.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { Problem } from './problem.ts';
import { AMOUNT, AT, CURRENCY, CURSOR, LIMIT, TERMINAL_ID } from './shapes.ts';
import { describeTransaction, TRANSACTION } from './transaction-shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const COUNT = z.object({
  ...{ credits: z.int(), creditsMinor: AMOUNT, debits: z.int(), debitsMinor: AMOUNT },
});

const BATCH = z.object({
  ...{ terminalId: z.string(), currency: CURRENCY, batchNumber: z.int() },
  ...{ terminal: COUNT, host: COUNT, agrees: z.boolean(), closedAt: AT },
});

const BATCH_NAME = z.strictObject({
  terminalId: TERMINAL_ID,
  currency: CURRENCY,
  batchNumber: z.coerce.number().int().min(1).max(999_999_999),
});

const DIFFERENCE = z.object({
  kind: z.string(),
  batch: z.object({ terminalId: z.string(), currency: CURRENCY, batchNumber: z.int() }),
  where: z.string().nullable(),
  differenceMinor: AMOUNT,
});

/** Batches: listed, one with what is in it, and all of them against the bank's file. */
export function addSettlementRoutes(app: ApiServer, context: ApiContext): void {
  addBatchRoutes(app, context);
  app.post(
    '/v1/settlements/compare',
    {
      config: { scope: 'settlements:compare' },
      schema: {
        summary:
          'Name every difference between terminals, host and a file of the bank (camt or CSV)',
        body: z.strictObject({ bankFile: z.string().max(200_000) }),
        response: { 200: z.object({ differences: z.array(DIFFERENCE) }) },
      },
    },
    async ({ body }) => {
      const bank = identifyBankFile(new TextEncoder().encode(body.bankFile));
      if (!bank.ok) {
        const { kind, path } = bank.error;
        throw new Problem('invalid-request', `bankFile: ${kind} at ${path}`);
      }
      const found = await compareWithBank(context.db, { bank: bank.value });
      return {
        differences: found.map(({ where = null, differenceMinor, ...difference }) => ({
          ...{ ...difference, where, differenceMinor: `${differenceMinor}` },
        })),
      };
    },
  );
}

function addBatchRoutes(app: ApiServer, { db }: ApiContext): void {
  app.get(
    '/v1/settlements',
    {
      config: { scope: 'settlements:read' },
      schema: {
        summary: 'Closed batches, the newest first, as terminal and host counted them',
        querystring: z.strictObject({ cursor: CURSOR.optional(), limit: LIMIT }),
        response: { 200: z.object({ batches: z.array(BATCH), nextCursor: CURSOR.nullable() }) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      let query = batchesOf(db, callerOf(request).merchantId)
        .orderBy('closed_at', 'desc')
        .orderBy('batches.terminal_id', 'desc')
        .orderBy('currency', 'desc')
        .orderBy('batch_number', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) {
        const [at, terminalId, currency, number] = decodeCursor(cursor);
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('closed_at', 'batches.terminal_id', 'currency', 'batch_number'),
            '<',
            tuple(new Date(at), terminalId, currency, Number(number)),
          ),
        );
      }
      const rows = await query.execute();
      const batches = rows.slice(0, limit).map(describeBatch);
      const last = rows.length > limit ? batches.at(-1) : undefined;
      return { batches, nextCursor: last ? encodeCursor(placeOf(last)) : null };
    },
  );
  app.get(
    '/v1/settlements/:terminalId/:currency/:batchNumber',
    {
      config: { scope: 'settlements:read' },
      schema: {
        summary: 'One batch with its transactions',
        params: BATCH_NAME,
        response: { 200: z.object({ batch: BATCH, transactions: z.array(TRANSACTION) }) },
      },
    },
    async (request) => {
      const { terminalId, currency, batchNumber } = request.params;
      const batch = await batchesOf(db, callerOf(request).merchantId)
        .where('batches.terminal_id', '=', terminalId)
        .where('currency', '=', currency)
        .where('batch_number', '=', batchNumber)
        .executeTakeFirst();
      if (!batch) throw new Problem('not-found');
      const rows = await db
        .selectFrom('transactions')
        .selectAll()
        .where('terminal_id', '=', terminalId)
        .where('currency', '=', currency)
        .where('batch_number', '=', batchNumber)
        .orderBy('received_at')
        .orderBy('stan')
        .execute();
      return { batch: describeBatch(batch), transactions: rows.map(describeTransaction) };
    },
  );
}

type BatchRow = Awaited<ReturnType<ReturnType<typeof batchesOf>['executeTakeFirstOrThrow']>>;

/** Batches of terminals that are a merchant's now; null is all. */
function batchesOf(db: ApiContext['db'], merchantId: string | null) {
  const query = db
    .selectFrom('batches')
    .innerJoin('terminals', 'terminals.terminal_id', 'batches.terminal_id')
    .selectAll('batches');
  return merchantId === null ? query : query.where('terminals.merchant_id', '=', merchantId);
}

function describeBatch(row: BatchRow): z.infer<typeof BATCH> {
  const terminal = {
    credits: row.terminal_credits,
    creditsMinor: `${row.terminal_credits_minor}`,
    debits: row.terminal_debits,
    debitsMinor: `${row.terminal_debits_minor}`,
  };
  const host = {
    credits: row.host_credits,
    creditsMinor: `${row.host_credits_minor}`,
    debits: row.host_debits,
    debitsMinor: `${row.host_debits_minor}`,
  };
  const { terminal_id: terminalId, currency, batch_number: batchNumber } = row;
  const agrees = JSON.stringify(terminal) === JSON.stringify(host);
  const closedAt = row.closed_at.toISOString();
  return { terminalId, currency, batchNumber, terminal, host, agrees, closedAt };
}

function placeOf({ closedAt, terminalId, currency, batchNumber }: z.infer<typeof BATCH>) {
  return [closedAt, terminalId, currency, `${batchNumber}`] as [string, string, string, string];
}
