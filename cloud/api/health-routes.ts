import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MIGRATIONS } from '../store/migrations.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';
import type { ApiServer } from './zod-provider.ts';

/** A database that takes longer than this is none to answer with. */
const READY_WITHIN_MS = 2_000;

const UP = z.object({ status: z.literal('up') });

/** Whether the process lives, whether it can answer, and what it counted. */
export function addHealthRoutes(app: ApiServer, { db, metrics, acquirer }: ApiContext): void {
  app.get(
    '/health/live',
    { config: { scope: 'open' }, schema: { summary: 'The process lives', response: { 200: UP } } },
    async () => ({ status: 'up' as const }),
  );
  app.get(
    '/health/ready',
    {
      config: { scope: 'open' },
      schema: {
        summary: 'It can answer: database and schema are there, and terminals can connect',
        response: { 200: UP },
      },
    },
    async () => {
      const late = sleep(READY_WITHIN_MS, 'database' as const, { ref: false });
      const fault = await Promise.race([faultOfDatabase(db), late]);
      if (fault) throw new Problem('unavailable', fault);
      if (!acquirer.isListening()) throw new Problem('unavailable', 'listener');
      return { status: 'up' as const };
    },
  );
  app.get(
    '/metrics',
    { config: { scope: 'metrics:read' }, schema: { summary: 'Counts for Prometheus, as text' } },
    async (_, reply) => {
      const openUnknowns = await countOpenUnknowns(db);
      const { pending, dead } = await countEvents(db);
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return metrics.render({
        tessera_open_unknowns: [openUnknowns, 'Payments whose issuer has not answered.'],
        tessera_webhooks_pending: [pending, 'Events that are still to be sent.'],
        tessera_webhooks_dead: [dead, 'Events that were given up.'],
        process_uptime_seconds: [process.uptime(), 'Since the process started.'],
        process_resident_memory_bytes: [process.memoryUsage.rss(), 'Memory in use.'],
      });
    },
  );
}

/** What of the database is not as it must be; undefined when nothing is. */
async function faultOfDatabase(
  db: ApiContext['db'],
): Promise<'database' | 'migrations' | undefined> {
  try {
    const rows = await db.selectFrom('applied_migrations').select('name').execute();
    const applied = new Set(rows.map(({ name }) => name));
    return Object.keys(MIGRATIONS).every((name) => applied.has(name)) ? undefined : 'migrations';
  } catch {
    return 'database';
  }
}

async function countEvents(db: ApiContext['db']) {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select(({ fn }) => ['state', fn.countAll<bigint>().as('events')])
    .where('state', 'in', ['pending', 'dead'])
    .groupBy('state')
    .execute();
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.events ?? 0);
  return { pending: of('pending'), dead: of('dead') };
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
