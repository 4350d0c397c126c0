import type { Result } from '../bytes/result.ts';
import type { PaymentEvent } from '../transaction/payment.ts';
import type { PortFailure } from './failure.ts';

/**
 * The terminal's memory of its payments: an append-only list of events per payment.
 *
 * Contract: `append` resolves only when the event would survive a loss of power. Events of a
 * payment come back in the order in which they were appended. Nothing is ever changed or removed.
 * No event holds a PAN, track data, a PIN or a key.
 */
export interface Journal {
  append(paymentId: string, event: PaymentEvent): Promise<Result<void, PortFailure>>;
  /** All events of one payment; empty when it is not known. */
  read(paymentId: string): Promise<Result<readonly PaymentEvent[], PortFailure>>;
  /** The ids of payments that are not closed, oldest first. */
  open(): Promise<Result<readonly string[], PortFailure>>;
  /** The payment that was begun for this sale most recently, if any. */
  latestForSale(saleId: string): Promise<Result<string | undefined, PortFailure>>;
  /** The ids of the newest payments, newest first. */
  recent(limit: number): Promise<Result<readonly string[], PortFailure>>;
  /** The next system trace audit number, 1 to 999999, never given twice in a row of 999999. */
  nextStan(): Promise<Result<number, PortFailure>>;
}
