import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Journal } from '#kernel/ports/journal.ts';

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
  #appends = 0;
  #stan = 0;

  constructor(faults: JournalFaults = {}) {
    this.#faults = faults;
  }

  async append(paymentId: string, event: JournalEvent): Promise<Result<void, PortFailure>> {
    this.#appends += 1;
    const { failFromAppend, failure } = this.#faults;
    if (failFromAppend !== undefined && this.#appends >= failFromAppend) {
      return fail(failure ?? DISK_FULL);
    }
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
    return ok(this.#begun().filter((paymentId) => !this.#has(paymentId, 'closed')));
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

  async nextStan(): Promise<Result<number, PortFailure>> {
    this.#stan = (this.#stan % 999_999) + 1;
    return ok(this.#stan);
  }

  #begun(): string[] {
    const intents = this.#entries.filter(({ event }) => event.type === 'intent');
    return intents.map(({ paymentId }) => paymentId);
  }

  #has(paymentId: string, type: JournalEvent['type']): boolean {
    return this.#entries.some((entry) => {
      return entry.paymentId === paymentId && entry.event.type === type;
    });
  }
}
