import type { StoredPayment } from '../scoring/stored-payments.ts';
import type { PaymentName, VelocityCounters } from '../scoring/velocity.ts';
import { eventIdOf, type NodeEvent } from './node-event.ts';

/**
 * How long before the counters were rebuilt an event may have happened and not be in them: longer
 * than any transaction takes and clocks of nodes differ.
 */
export const MARGIN_MS = 10 * 60_000;

/** Tells counters what other nodes decided, each event once. */
export class SharedCounters {
  readonly #counters: VelocityCounters;
  readonly #nodeId: string;
  readonly #sinceMs: number;
  /** Those of the last while and of the while before; what is older does not come again. */
  #seen: [recent: Set<string>, earlier: Set<string>] = [new Set(), new Set()];
  #turnedAtMs: number;

  /** `stored` is what the counters were rebuilt from at `rebuiltAt`. */
  constructor(
    counters: VelocityCounters,
    nodeId: string,
    { rebuiltAt, stored }: { readonly rebuiltAt: Date; readonly stored: readonly string[] },
  ) {
    this.#counters = counters;
    this.#nodeId = nodeId;
    this.#turnedAtMs = rebuiltAt.getTime();
    this.#sinceMs = rebuiltAt.getTime() - MARGIN_MS;
    for (const eventId of stored) this.#seen[0].add(eventId);
  }

  /** From when on events are to be asked for. */
  get since(): Date {
    return new Date(this.#sinceMs);
  }

  /** Takes an event in; false when there was nothing to count. */
  take(event: NodeEvent, now: Date): boolean {
    const isOwn = event.nodeId === this.#nodeId;
    if (isOwn && event.kind === 'decided') return false;
    const at = new Date(event.at);
    // It was committed long before the counters were rebuilt, and only told late.
    if (at.getTime() < this.#sinceMs) return false;
    if (this.#isKnown(event.eventId)) return false;
    if (now.getTime() - this.#turnedAtMs > MARGIN_MS) {
      this.#seen = [new Set(), this.#seen[0]];
      this.#turnedAtMs = now.getTime();
    }
    this.#seen[0].add(event.eventId);
    if (event.kind === 'reversed') {
      // This node's own too: another's payment may have been told of after it was reversed here.
      this.#counters.takeBack(event.cardToken, event);
      return !isOwn;
    }
    this.#counters.observe({
      ...event,
      amountMinor: BigInt(event.amountMinor),
      now: at,
      payment: paymentOf(event),
      isReversed: this.#isKnown(eventIdOf('reversed', event)),
    });
    return true;
  }

  #isKnown(eventId: string): boolean {
    return this.#seen.some((seen) => seen.has(eventId));
  }
}

/** The events that counters rebuilt from this payment know of, as far as they may still come. */
export function eventsOf(payment: StoredPayment, rebuiltAt: Date): readonly string[] {
  const isRecent = (at: Date | null) =>
    at !== null && at.getTime() >= rebuiltAt.getTime() - MARGIN_MS;
  return [
    ...(isRecent(payment.receivedAt) ? [eventIdOf('decided', payment)] : []),
    ...(isRecent(payment.reversedAt) ? [eventIdOf('reversed', payment)] : []),
  ];
}

/** The name alone, so that nothing more of an event is kept. */
function paymentOf({ terminalId, stan, transmittedAt }: PaymentName): PaymentName {
  return { terminalId, stan, transmittedAt };
}
