import { sql } from 'kysely';

/** Which transactions a batch counts: none that its terminal has reversed. */
export const IS_COUNTED = sql<boolean>`(
  (kind in ('purchase', 'advice') and reversed_at is null
    and state in ('captured', 'refunded', 'disputed', 'charged-back'))
  or (kind in ('completion', 'refund') and state = 'done'))`;

/** With what amount: what a purchase took may be less than what was asked for. */
export const COUNTED_MINOR = sql<bigint>`(
  case when kind in ('completion', 'refund') then amount_minor else captured_minor end)`;
