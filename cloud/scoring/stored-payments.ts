import { sql } from 'kysely';
import { isVerified } from '../authentication/required-method.ts';
import type { Queries } from '../store/database.ts';
import { readInPieces } from '../store/pieces.ts';
import { VERIFICATIONS } from './features.ts';

/** A payment with a card as it is stored. */
export interface StoredPayment {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly merchantId: string;
  readonly cardToken: string;
  readonly deviceToken: string | null;
  readonly amountMinor: bigint;
  readonly state: string;
  /** Null where nothing was scored. */
  readonly verification: string | null;
  readonly receivedAt: Date;
  readonly reversedAt: Date | null;
}

/** What a terminal took for a merchant in a day, UTC: payments that were approved and stand. */
export interface StoredDay {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly at: Date;
  readonly count: number;
  readonly sumMinor: bigint;
}

/** A payment that stands, since the holder of its card was last verified. */
export interface StoredTap {
  readonly cardToken: string;
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly at: Date;
  readonly amountMinor: bigint;
}

/** Is told what is stored, the older first. */
export interface HistoryListener {
  day(day: StoredDay): void;
  tap(tap: StoredTap): void;
  payment(payment: StoredPayment): void;
}

/**
 * Reads the payments with a card since a moment, as one moment has them: from `exactSince` on one
 * by one, those before it added up.
 */
export async function readStoredHistory(
  db: Queries,
  since: Date,
  exactSince: Date,
  listener: HistoryListener,
): Promise<void> {
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (unit) => {
      // A busy quarter takes longer to add up than anybody waits for an answer.
      await sql`set local statement_timeout = 0`.execute(unit);
      await sql`set local work_mem = '128MB'`.execute(unit);
      const [days, taps] = [storedDays(since, exactSince), storedTaps(since, exactSince)];
      await readInPieces(unit, days, (rows) => rows.forEach(listener.day));
      await readInPieces(unit, taps, (rows) => rows.forEach(listener.tap));
      await readInPieces(unit, storedPayments(exactSince), (rows) =>
        rows.forEach(listener.payment),
      );
    });
}

const IS_COUNTED = sql`card_token is not null
  and kind in ('purchase', 'preauthorisation', 'advice', 'balance')`;
const VERIFYING = VERIFICATIONS.filter(isVerified);
const IS_VERIFIED = sql`coalesce(verification in (${sql.join(VERIFYING)}), false)`;
const STANDS = sql`state not in ('declined', 'reversed') and amount_minor > 0`;

function storedDays(since: Date, until: Date) {
  return sql<StoredDay>`
    select terminal_id as "terminalId", merchant_id as "merchantId", min(received_at) as at,
      count(*)::integer as count, sum(amount_minor)::bigint as "sumMinor"
    from transactions
    where received_at > ${since} and received_at <= ${until} and ${IS_COUNTED} and ${STANDS}
    group by terminal_id, merchant_id, date_trunc('day', received_at, 'UTC')`;
}

function storedTaps(since: Date, until: Date) {
  return sql<StoredTap>`
    with verified as (
      select card_token, max(received_at) as at from transactions
      where received_at > ${since} and received_at <= ${until} and ${IS_COUNTED}
        and state <> 'declined' and ${IS_VERIFIED}
      group by card_token
    )
    select payment.card_token as "cardToken", payment.terminal_id as "terminalId",
      payment.stan as stan, payment.transmitted_at as "transmittedAt",
      payment.received_at as at, payment.amount_minor as "amountMinor"
    from transactions payment left join verified on verified.card_token = payment.card_token
    where received_at > ${since} and received_at <= ${until} and payment.${IS_COUNTED}
      and ${STANDS} and not ${IS_VERIFIED} and (verified.at is null or received_at >= verified.at)
    order by received_at`;
}

function storedPayments(since: Date) {
  return sql<StoredPayment>`
    select payment.terminal_id as "terminalId", payment.stan as stan,
      payment.transmitted_at as "transmittedAt", payment.merchant_id as "merchantId",
      payment.card_token as "cardToken", payment.amount_minor as "amountMinor",
      payment.state as state, payment.received_at as "receivedAt",
      payment.reversed_at as "reversedAt", payment.verification as verification,
      decision.device_token as "deviceToken"
    from transactions payment
    left join decisions decision on decision.terminal_id = payment.terminal_id
      and decision.stan = payment.stan and decision.transmitted_at = payment.transmitted_at
    where received_at > ${since} and ${IS_COUNTED}
    order by received_at`;
}
