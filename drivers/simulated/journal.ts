import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { ChangedSince, Journal, PlacedReconciliationEvent } from '#kernel/ports/journal.ts';

/** An event of a payment, as the port has it. */
export type JournalEvent = Parameters<Journal['append']>[1];

/** What a simulated journal does wrong. */
export interface JournalFaults {
  /** The append, counted from 1, from which on every call of `append` fails; none when absent. */
  readonly failFromAppend?: number;
  /** The failure then returned. */
  readonly failure?: PortFailure;
}

const DISK_FULL: PortFailure = {
  kind: 'journal-full',
  retryable: true,
  effect: 'none',
  detail: 'append: simulated full disk',
};

const CONFLICT: PortFailure = {
  kind: 'journal-conflict',
  retryable: false,
  effect: 'none',
  detail: 'append: the payment has such an event already',
};

/** A journal in memory that is as durable as its object, and fails when told to. */
export class SimulatedJournal implements Journal {
  readonly #faults: JournalFaults;
  readonly #entries: { readonly paymentId: string; readonly event: JournalEvent }[] = [];
  readonly #reconciliations: PlacedReconciliationEvent[] = [];
  #appends = 0;
  #stan = 0;

  constructor(faults: JournalFaults = {}) {
    this.#faults = faults;
  }

  async append(paymentId: string, event: JournalEvent): Promise<Result<void, PortFailure>> {
    const fault = this.#countAppend();
    if (fault) return fail(fault);
    const once = event.type === 'intent' || event.type === 'closed';
    if (once && this.#has(paymentId, event.type)) return fail(CONFLICT);
    this.#entries.push({ paymentId, event: structuredClone(event) });
    return ok(undefined);
  }

  async read(paymentId: string): Promise<Result<readonly JournalEvent[], PortFailure>> {
    const own = this.#entries.filter((entry) => entry.paymentId === paymentId);
    return ok(own.map((entry) => structuredClone(entry.event)));
  }

  async open(): Promise<Result<readonly string[], PortFailure>> {
    return ok(
      this.#begun().filter(
        (paymentId) =>
          !this.#has(paymentId, 'closed') ||
          this.#count(paymentId, 'follow-up-queued') > this.#count(paymentId, 'follow-up-answered'),
      ),
    );
  }

  async latestForSale(saleId: string): Promise<Result<string | undefined, PortFailure>> {
    const latest = this.#entries.findLast(
      ({ event }) => event.type === 'intent' && event.saleId === saleId,
    );
    return ok(latest?.paymentId);
  }

  async recent(limit: number): Promise<Result<readonly string[], PortFailure>> {
    return ok(this.#begun().reverse().slice(0, Math.max(0, limit)));
  }

  async appendReconciliation(
    event: PlacedReconciliationEvent['event'],
  ): Promise<Result<void, PortFailure>> {
    const fault = this.#countAppend();
    if (fault) return fail(fault);
    this.#reconciliations.push({ place: this.#entries.length, event: structuredClone(event) });
    return ok(undefined);
  }

  async reconciliations(): Promise<Result<readonly PlacedReconciliationEvent[], PortFailure>> {
    return ok(structuredClone(this.#reconciliations));
  }

  async changedSince(place: number): Promise<Result<readonly ChangedSince[], PortFailure>> {
    const before = this.#entries.slice(0, place);
    const changed = new Set(this.#entries.slice(place).map(({ paymentId }) => paymentId));
    return ok(
      [...changed].map((paymentId) => ({
        paymentId,
        eventsBefore: before.filter((entry) => entry.paymentId === paymentId).length,
      })),
    );
  }

  async nextStan(): Promise<Result<number, PortFailure>> {
    this.#stan = (this.#stan % 999_999) + 1;
    return ok(this.#stan);
  }

  #begun(): string[] {
    const intents = this.#entries.filter(({ event }) => event.type === 'intent');
    return intents.map(({ paymentId }) => paymentId);
  }

  /** The failure of this append, if it is to fail. */
  #countAppend(): PortFailure | undefined {
    this.#appends += 1;
    const { failFromAppend, failure } = this.#faults;
    if (failFromAppend === undefined || this.#appends < failFromAppend) return undefined;
    return failure ?? DISK_FULL;
  }

  #has(paymentId: string, type: JournalEvent['type']): boolean {
    return this.#count(paymentId, type) > 0;
  }

  #count(paymentId: string, type: JournalEvent['type']): number {
    return this.#entries.filter((entry) => {
      return entry.paymentId === paymentId && entry.event.type === type;
    }).length;
  }
}
