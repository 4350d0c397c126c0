import { sql } from 'kysely';
import type { Queries, UnitOfWork } from '../store/database.ts';
import { MAX_ATTEMPTS } from './backoff.ts';
import type { Outcome } from './post-event.ts';

/** A delivery that was taken to be sent now, by this process alone until its lease ends. */
export interface Claimed {
  readonly endpointId: string;
  readonly eventId: string;
  /** Of this attempt, from 1. */
  readonly attempt: number;
  readonly url: string;
  readonly type: string;
  readonly happenedAt: Date;
  /** JSON */
  readonly data: string;
  readonly secretBlock: string;
  /** The one of before, while it holds. */
  readonly previousSecretBlock: string | null;
}

/** Whether anybody is to be told anything. */
export async function hasEndpoints(db: Queries): Promise<boolean> {
  const found = await db.selectFrom('webhook_endpoints').select('endpoint_id').limit(1).execute();
  return found.length > 0;
}

/** How many of one endpoint are sent at once, so that a slow one holds up itself alone. */
const AT_ONCE = 8;

/**
 * Takes what is due, but of endpoints that are busy. It counts as an attempt from now on; whoever
 * took it and died is followed by another when the lease ends. Times are the database's.
 */
export async function claimDue(
  db: Queries,
  busy: readonly string[],
  leaseMs: number,
): Promise<readonly Claimed[]> {
  const { rows } = await sql<Claimed>`
    with due as (
      select due.* from webhook_endpoints endpoint cross join lateral (
        select endpoint_id, event_id from webhook_deliveries
        where endpoint_id = endpoint.endpoint_id and state = 'pending' and next_attempt_at <= now()
        order by next_attempt_at limit ${AT_ONCE} for update skip locked
      ) due
      where disabled_at is null and not endpoint.endpoint_id = any (${busy}::text[])
    ), claimed as (
      update webhook_deliveries delivery set attempts = attempts + 1,
        next_attempt_at = now() + ${leaseMs} * interval '1 millisecond'
      from due where delivery.endpoint_id = due.endpoint_id and delivery.event_id = due.event_id
      returning delivery.*
    )
    select endpoint_id as "endpointId", event_id as "eventId", attempts as attempt, url,
      event_type as type, event.happened_at as "happenedAt", data,
      secret_block as "secretBlock",
      case when previous_until > now() then previous_secret_block end as "previousSecretBlock"
    from claimed join webhook_events event using (event_id)
      join webhook_endpoints using (endpoint_id)
    order by event.happened_at, event_id`.execute(db);
  return rows;
}

/** What became of a claim, and what follows. */
export interface Attempted {
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Where it is tried again: in how long. */
  readonly retryInMs: number;
}

/** HTTP 410: the receiver wants nothing any more. Source: Standard Webhooks 1.0. */
const GONE = 410;

/**
 * Writes down what became of an attempt. It was delivered if it was answered with 2xx; after the
 * last attempt it is dead. An answer of 410 disables the endpoint. Nothing is changed of a delivery
 * that was taken by another meanwhile, but the attempt is in the log.
 */
export async function recordAttempt(
  unit: UnitOfWork,
  { endpointId, eventId, attempt }: Claimed,
  { outcome, durationMs, retryInMs }: Attempted,
): Promise<'delivered' | 'pending' | 'dead'> {
  const status = outcome.kind === 'answered' ? outcome.status : null;
  const isDelivered = status !== null && status >= 200 && status < 300;
  const state = isDelivered ? 'delivered' : attempt >= MAX_ATTEMPTS ? 'dead' : 'pending';
  await unit
    .insertInto('webhook_attempts')
    .values({
      ...{ endpoint_id: endpointId, event_id: eventId, outcome: outcome.kind, status },
      ...{ duration_ms: durationMs, attempted_at: sql<Date>`now()` },
    })
    .execute();
  await unit
    .updateTable('webhook_deliveries')
    .set({ state, next_attempt_at: sql<Date>`now() + ${retryInMs} * interval '1 millisecond'` })
    .where('endpoint_id', '=', endpointId)
    .where('event_id', '=', eventId)
    .where('attempts', '=', attempt)
    .execute();
  if (status === GONE) {
    await unit
      .updateTable('webhook_endpoints')
      .set({ disabled_at: sql<Date>`now()`, disabled_why: 'gone' })
      .where('endpoint_id', '=', endpointId)
      .execute();
  }
  return state;
}

/** Which events are sent again. */
export type Replayed =
  | { readonly eventId: string }
  | { readonly since: Date; readonly until?: Date };

/** Has events of an endpoint sent again, delivered or dead, under the same names; how many. */
export async function replay(db: Queries, endpointId: string, which: Replayed): Promise<number> {
  let query = db
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', attempts: 0, next_attempt_at: sql<Date>`now()` })
    .where('endpoint_id', '=', endpointId);
  if ('eventId' in which) query = query.where('event_id', '=', which.eventId);
  else {
    query = query.where('happened_at', '>=', which.since);
    if (which.until) query = query.where('happened_at', '<', which.until);
  }
  return Number((await query.executeTakeFirst()).numUpdatedRows);
}

/** Sends an event to one endpoint that tells of nothing; its name. */
export async function tellTest(
  unit: UnitOfWork,
  { endpointId, merchantId }: { readonly endpointId: string; readonly merchantId: string | null },
  eventId: string,
): Promise<void> {
  const happened_at = sql<Date>`date_trunc('milliseconds', now())`;
  await unit
    .insertInto('webhook_events')
    .values({
      ...{ event_id: eventId, merchant_id: merchantId ?? '', event_type: 'webhook.test' },
      ...{ happened_at, data: JSON.stringify({ endpointId }) },
    })
    .execute();
  await unit
    .insertInto('webhook_deliveries')
    .values({
      ...{ endpoint_id: endpointId, event_id: eventId, state: 'pending', attempts: 0 },
      ...{ next_attempt_at: happened_at, happened_at },
    })
    .execute();
}

const KEPT_DAYS = 30;

/** Forgets what was told, or given up, long ago. */
export async function forgetOld(db: Queries): Promise<void> {
  const old = sql`now() - ${KEPT_DAYS} * interval '1 day'`;
  await sql`delete from webhook_attempts where attempted_at < ${old}`.execute(db);
  await sql`delete from webhook_deliveries
    where happened_at < ${old} and state <> 'pending'`.execute(db);
  await sql`delete from webhook_events event where happened_at < ${old} and not exists (
    select from webhook_deliveries delivery where delivery.event_id = event.event_id)`.execute(db);
}
