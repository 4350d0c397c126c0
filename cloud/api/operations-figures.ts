import { type SqlBool, sql } from 'kysely';
import type { Queries } from '../store/database.ts';
import { APPROVED } from './metrics.ts';

/** Payments of one minute that are alike in all but their amounts. */
export interface PaymentGroup {
  /** When the minute began, milliseconds since 1970. */
  readonly minuteMs: number;
  readonly currency: string;
  readonly responseCode: string;
  readonly tier: string | null;
  /** The score, rounded down to a multiple of `SCORE_BAND`; null where nothing was scored. */
  readonly scoreFrom: number | null;
  readonly count: number;
  /** What was approved. */
  readonly approvedMinor: bigint;
}

/** How wide a bar of the distribution of scores is. */
export const SCORE_BAND = 50;
/** How far back figures reach. */
export const WINDOW_MINUTES = 60;

const MINUTE_MS = 60_000;
/** A payment is committed long before it is this old. */
const SETTLED_AFTER_MS = MINUTE_MS;
/** What several people look at is counted once. */
const FRESH_MS = 900;
const MOST_REMEMBERED = 64;

interface Remembered {
  /** By when they began; minutes to which nothing is added any more. */
  readonly minutes: Map<number, readonly PaymentGroup[]>;
  latest: Promise<readonly PaymentGroup[]>;
  countedAtMs: number;
}

/**
 * What was paid in the last hour, by minute. A minute that is over is counted once and remembered,
 * so that what a look costs depends on the payments of the last two minutes, not on those that are
 * stored. Memory is bounded by merchants and kinds of payment, not by their number.
 */
export class OperationsFigures {
  readonly #db: Queries;
  readonly #remembered = new Map<string | null, Remembered>();

  constructor(db: Queries) {
    this.#db = db;
  }

  /** Groups of the last `WINDOW_MINUTES`, the present minute among them; null is all merchants. */
  recent(merchantId: string | null, now: Date): Promise<readonly PaymentGroup[]> {
    const nowMs = now.getTime();
    const known = this.#remembered.get(merchantId);
    if (known && Math.abs(nowMs - known.countedAtMs) < FRESH_MS) return known.latest;
    const minutes = known?.minutes ?? new Map();
    const latest = this.#count(merchantId, minutes, nowMs);
    this.#remembered.delete(merchantId);
    this.#remembered.set(merchantId, { minutes, latest, countedAtMs: nowMs });
    latest.catch(() => this.#remembered.delete(merchantId));
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) {
      this.#remembered.delete(oldest);
    }
    return latest;
  }

  async #count(
    merchantId: string | null,
    minutes: Remembered['minutes'],
    nowMs: number,
  ): Promise<readonly PaymentGroup[]> {
    const present = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const first = present - (WINDOW_MINUTES - 1) * MINUTE_MS;
    for (const minute of minutes.keys()) if (minute < first) minutes.delete(minute);
    let from = first;
    while (minutes.has(from)) from += MINUTE_MS;
    const counted = await countPayments(this.#db, merchantId, new Date(from));
    const byMinute = Map.groupBy(counted, ({ minuteMs }) => minuteMs);
    for (let minute = from; minute + MINUTE_MS + SETTLED_AFTER_MS <= nowMs; minute += MINUTE_MS) {
      minutes.set(minute, byMinute.get(minute) ?? []);
    }
    const before = [...minutes].filter(([minute]) => minute < from).flatMap(([, each]) => each);
    return [...before, ...counted];
  }
}

/** Requests for money that were decided on since then, in groups. */
async function countPayments(
  db: Queries,
  merchantId: string | null,
  from: Date,
): Promise<readonly PaymentGroup[]> {
  const isTheirs = merchantId === null ? sql<SqlBool>`true` : sql`merchant_id = ${merchantId}`;
  const { rows } = await sql<{
    minute: number;
    currency: string;
    response_code: string | null;
    tier: string | null;
    score_from: number | null;
    count: number;
    approved_minor: bigint;
  }>`
    select cast(floor(extract(epoch from received_at) / 60) as integer) as minute, currency,
      response_code, tier, score / ${SCORE_BAND}::integer * ${SCORE_BAND}::integer as score_from,
      cast(count(*) as integer) as count,
      cast(sum(case response_code when '00' then amount_minor when '10' then authorised_minor
        else 0 end) as bigint) as approved_minor
    from transactions
    where received_at >= ${from} and ${isTheirs}
      and kind in ('purchase', 'preauthorisation', 'increment', 'advice')
      and response_code is not null
    group by 1, 2, 3, 4, 5 order by 1`.execute(db);
  return rows.map((row) => ({
    minuteMs: row.minute * MINUTE_MS,
    currency: row.currency,
    responseCode: row.response_code ?? '',
    tier: row.tier,
    scoreFrom: row.score_from,
    count: row.count,
    approvedMinor: row.approved_minor,
  }));
}

/** Whether something was approved, in whole or in part. */
export function isApproved({ responseCode }: Pick<PaymentGroup, 'responseCode'>): boolean {
  return APPROVED.includes(responseCode);
}
