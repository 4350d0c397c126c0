import { sql } from 'kysely';
import type { Queries } from '../store/database.ts';
import { readInPieces } from '../store/pieces.ts';

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

/** Takes every payment with a card since then, oldest first. */
export async function readStoredPayments(
  db: Queries,
  since: Date,
  take: (payment: StoredPayment) => void,
): Promise<void> {
  await db.transaction().execute((unit) =>
    readInPieces(unit, storedPayments(since), (payments) => {
      for (const payment of payments) take(payment);
    }),
  );
}

function storedPayments(since: Date) {
  return sql<StoredPayment>`
    select payment.terminal_id as "terminalId", payment.stan as stan,
      payment.transmitted_at as "transmittedAt", payment.merchant_id as "merchantId",
      payment.card_token as "cardToken", payment.amount_minor as "amountMinor",
      payment.state as state, payment.received_at as "receivedAt",
      payment.reversed_at as "reversedAt", decision.device_token as "deviceToken",
      (decision.features::json) ->> 'verification' as verification
    from transactions payment
    left join decisions decision on decision.terminal_id = payment.terminal_id
      and decision.stan = payment.stan and decision.transmitted_at = payment.transmitted_at
    where payment.received_at > ${since} and payment.card_token is not null
      and payment.kind in ('purchase', 'preauthorisation', 'advice', 'balance')
    order by payment.received_at`;
}
