import { type RawBuilder, sql } from 'kysely';
import { atomically, type Queries } from '../store/database.ts';
import type { NodeEvent } from './node-event.ts';

/** Where a node puts what the others are to know, in the transaction in which it happens. */
export interface Outbox {
  readonly nodeId: string;
  /** Says that something was committed, so that it is told without delay. */
  readonly wake: () => void;
}

/** What `insert into outbox` inserts: `node_id, event_id, event, happened_at`. */
export function outboxValues(event: NodeEvent): RawBuilder<unknown> {
  return sql`${event.nodeId}::text, ${event.eventId}::text, ${JSON.stringify(event)}::text,
    ${event.at}::timestamptz`;
}

/** What another node left for so long is told by whoever sees it: its node may be gone. */
const LEFT_AFTER_MS = 2_000;
const MOST_AT_ONCE = 500;

/**
 * Sends what is in the outbox and takes it out; how much. What this node put there is sent at once,
 * what others did when it was left. `send` resolves when the event is kept elsewhere; it may be
 * given one again whose fate was unknown, and must then keep it once.
 */
export async function publishOutbox(
  db: Queries,
  nodeId: string,
  send: (event: { readonly eventId: string; readonly text: string }) => Promise<void>,
  now: Date,
): Promise<number> {
  const rows = await db
    .selectFrom('outbox')
    .select(['node_id as nodeId', 'event_id as eventId', 'event as text'])
    .where((where) =>
      where.or([
        where('node_id', '=', nodeId),
        where('happened_at', '<', new Date(now.getTime() - LEFT_AFTER_MS)),
      ]),
    )
    .orderBy('happened_at')
    .limit(MOST_AT_ONCE)
    .execute();
  await Promise.all(rows.map(send));
  if (rows.length === 0) return 0;
  const names = rows.map((row) => [row.nodeId, row.eventId]);
  await atomically(db, (unit) =>
    sql`delete from outbox using unnest(${names.map(([node]) => node)}::text[],
        ${names.map(([, event]) => event)}::text[]) sent (node_id, event_id)
      where outbox.node_id = sent.node_id and outbox.event_id = sent.event_id`.execute(unit),
  );
  return rows.length;
}
