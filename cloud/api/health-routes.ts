import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';
import type { ApiServer } from './zod-provider.ts';

/** A database that takes longer than this is none to answer with. */
const READY_WITHIN_MS = 2_000;

const UP = z.object({ status: z.literal('up') });

/** Whether the process lives, whether it can answer, and what it counted. */
export function addHealthRoutes(app: ApiServer, { db, metrics }: ApiContext): void {
  app.get(
    '/health/live',
    { config: { scope: 'open' }, schema: { summary: 'The process lives', response: { 200: UP } } },
    async () => ({ status: 'up' as const }),
  );
  app.get(
    '/health/ready',
    {
      config: { scope: 'open' },
      schema: { summary: 'It can answer: its database does', response: { 200: UP } },
    },
    async () => {
      const answered = sql`select 1`.execute(db).then(
        () => true,
        () => false,
      );
      const late = sleep(READY_WITHIN_MS, false, { ref: false });
      if (!(await Promise.race([answered, late]))) throw new Problem('unavailable', 'database');
      return { status: 'up' as const };
    },
  );
  app.get(
    '/metrics',
    { config: { scope: 'metrics:read' }, schema: { summary: 'Counts for Prometheus, as text' } },
    async (_, reply) => {
      const openUnknowns = await countOpenUnknowns(db);
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return metrics.render({
        tessera_open_unknowns: [openUnknowns, 'Payments whose issuer has not answered.'],
        process_uptime_seconds: [process.uptime(), 'Since the process started.'],
        process_resident_memory_bytes: [process.memoryUsage.rss(), 'Memory in use.'],
      });
    },
  );
}

/** How many payments may have been taken and are not known to be. */
export async function countOpenUnknowns(db: ApiContext['db']): Promise<number> {
  const { open } = await db
    .selectFrom('transactions')
    .select((select) => select.fn.countAll<bigint>().as('open'))
    .where('state', 'in', ['unknown', 'reversal-due'])
    .executeTakeFirstOrThrow();
  return Number(open);
}
