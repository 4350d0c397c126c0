import type { Result } from '../bytes/result.ts';
import type { PaymentEvent } from '../transaction/payment.ts';
import type { ReconciliationEvent } from '../transaction/reconciliation.ts';
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
  /** The ids of payments that are not closed or owe the host a follow-up, oldest first. */
  open(): Promise<Result<readonly string[], PortFailure>>;
  /** The payment that was begun for this sale most recently, if any. */
  latestForSale(saleId: string): Promise<Result<string | undefined, PortFailure>>;
  /** The ids of the newest payments, newest first. */
  recent(limit: number): Promise<Result<readonly string[], PortFailure>>;
  /** Adds to the list of reconciliations; as durable as `append`. */
  appendReconciliation(event: ReconciliationEvent): Promise<Result<void, PortFailure>>;
  /** All events of reconciliations, in order, each with where in the journal it stands. */
  reconciliations(): Promise<Result<readonly PlacedReconciliationEvent[], PortFailure>>;
  /** Payments with an event behind a place, in order of the first such event. */
  changedSince(place: number): Promise<Result<readonly ChangedSince[], PortFailure>>;
  /** The next system trace audit number, 1 to 999999, never given twice in a row of 999999. */
  nextStan(): Promise<Result<number, PortFailure>>;
}

/** An event of a reconciliation and its place: all events of payments up to there came before. */
export interface PlacedReconciliationEvent {
  readonly place: number;
  readonly event: ReconciliationEvent;
}

/** A payment that has changed, and how many of its events came before. */
export interface ChangedSince {
  readonly paymentId: string;
  readonly eventsBefore: number;
}
