import { type JournalEvent, SimulatedJournal } from '#drivers/simulated/journal.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Journal } from '#kernel/ports/journal.ts';
import type { ReconciliationEvent } from '#kernel/transaction/reconciliation.ts';
import type { World } from '../world/world.ts';

/** Ends a terminal when it is to crash here; never resolves for one that has ended. */
export type Survive = (where: string) => Promise<void>;

/** The disk of a terminal: it outlives the program, and is full for a while now and then. */
export class Disk {
  readonly journal = new SimulatedJournal();
  fullUntilMs = 0;
}

const DISK_FULL: PortFailure = {
  kind: 'journal-full',
  retryable: true,
  effect: 'none',
  detail: 'simulated full disk',
};

const MOST_FULL_MS = 60_000;
const WRITE_MS = 5;

/** A journal on such a disk, whose program may crash before each call took effect, or after it. */
export class StepwiseJournal implements Journal {
  readonly #world: World;
  readonly #disk: Disk;
  readonly #survive: Survive;

  constructor(world: World, disk: Disk, survive: Survive) {
    this.#world = world;
    this.#disk = disk;
    this.#survive = survive;
  }

  append(paymentId: string, event: JournalEvent): Promise<Result<void, PortFailure>> {
    return this.#step(`append ${event.type}`, true, (journal) => journal.append(paymentId, event));
  }

  read(paymentId: string): Promise<Result<readonly JournalEvent[], PortFailure>> {
    return this.#step('read', false, (journal) => journal.read(paymentId));
  }

  open(): Promise<Result<readonly string[], PortFailure>> {
    const isForgotten = this.#world.canary === 'terminal-forgets-reversals';
    return this.#step('open', false, async (journal) => (isForgotten ? ok([]) : journal.open()));
  }

  latestForSale(saleId: string): Promise<Result<string | undefined, PortFailure>> {
    const isForgotten = this.#world.canary === 'terminal-forgets-sales';
    return this.#step('latestForSale', false, async (journal) =>
      isForgotten ? ok(undefined) : journal.latestForSale(saleId),
    );
  }

  recent(limit: number): Promise<Result<readonly string[], PortFailure>> {
    return this.#step('recent', false, (journal) => journal.recent(limit));
  }

  appendReconciliation(event: ReconciliationEvent) {
    return this.#step(`append ${event.type}`, true, (journal) =>
      journal.appendReconciliation(event),
    );
  }

  reconciliations() {
    return this.#step('reconciliations', false, (journal) => journal.reconciliations());
  }

  changedSince(place: number) {
    return this.#step('changedSince', false, (journal) => journal.changedSince(place));
  }

  nextStan(): Promise<Result<number, PortFailure>> {
    return this.#step('nextStan', true, (journal) => journal.nextStan());
  }

  async #step<T>(
    label: string,
    writes: boolean,
    work: (journal: Journal) => Promise<Result<T, PortFailure>>,
  ): Promise<Result<T, PortFailure>> {
    const { scheduler, random } = this.#world;
    await this.#survive(`terminal journal ${label}, before`);
    await scheduler.pause(random.below(WRITE_MS));
    await this.#survive(`terminal journal ${label}, during`);
    if (writes && this.#isFull()) return fail(DISK_FULL);
    const result = await work(this.#disk.journal);
    await this.#survive(`terminal journal ${label}, after`);
    return result;
  }

  #isFull(): boolean {
    const { nowMs } = this.#world.scheduler;
    if (this.#disk.fullUntilMs > nowMs) return true;
    if (!this.#world.happens('disk-full')) return false;
    this.#disk.fullUntilMs = nowMs + this.#world.random.below(MOST_FULL_MS);
    this.#world.note('disk: full');
    return true;
  }
}
