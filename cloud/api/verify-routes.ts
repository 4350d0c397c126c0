import { z } from 'zod';
import { verifyAudit } from '../audit/audit-log.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import type { ApiContext } from './context.ts';
import { AMOUNT, CURRENCY, DIGEST } from './shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const SEQUENCE = z.string().regex(/^[1-9]\d{0,18}$/);
const HEAD = z.strictObject({ shard: z.string().max(40), sequence: SEQUENCE, hash: DIGEST });
const BROKEN = z.object({ shard: z.string(), sequence: z.string(), why: z.string() });

/** The audit log and the ledger: whether they are as they were written. */
export function addVerifyRoutes(app: ApiServer, { db }: ApiContext): void {
  app.post(
    '/v1/audit/verify',
    {
      config: { scope: 'audit:read' },
      schema: {
        summary: 'Follow every chain of the audit log, through heads that were kept elsewhere',
        body: z.strictObject({ heads: z.array(HEAD).max(1_000).default([]) }),
        response: {
          200: z.object({
            ...{ isSound: z.boolean(), entries: z.int() },
            ...{ heads: z.array(HEAD), broken: z.array(BROKEN) },
          }),
        },
      },
    },
    async ({ body }) => {
      const kept = body.heads.map((head) => ({ ...head, sequence: BigInt(head.sequence) }));
      const { entries, heads, broken } = await verifyAudit(db, kept);
      return {
        isSound: broken.length === 0,
        entries,
        heads: heads.map((head) => ({ ...head, sequence: `${head.sequence}` })),
        broken: broken.map((link) => ({ ...link, sequence: `${link.sequence}` })),
      };
    },
  );
  app.get(
    '/v1/ledger/verify',
    {
      config: { scope: 'ledger:read' },
      schema: {
        summary: 'Add the whole ledger up',
        response: {
          200: z.object({
            isSound: z.boolean(),
            entries: z.int(),
            totals: z.array(z.object({ currency: CURRENCY, movedMinor: AMOUNT })),
            misstatedCards: z.int(),
            overdrawnCards: z.int(),
          }),
        },
      },
    },
    async () => {
      const { entries, totals, misstated, overdrawn } = await verifyLedger(db);
      return {
        isSound: misstated.length === 0 && overdrawn.length === 0,
        entries,
        totals: totals.map(({ currency, movedMinor }) => ({
          currency,
          movedMinor: `${movedMinor}`,
        })),
        misstatedCards: misstated.length,
        overdrawnCards: overdrawn.length,
      };
    },
  );
}
