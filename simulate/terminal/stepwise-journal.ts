import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Journal } from '#kernel/ports/journal.ts';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import type { ReconciliationEvent } from '#kernel/transaction/reconciliation.ts';
import { openJournal, type SqliteJournal } from '#terminal/journal/sqlite-journal.ts';
import type { World } from '../world/world.ts';
import type { Life } from './machine.ts';

/**
 * The disk of a terminal, with the terminal's own SQLite journal in a file: it outlives the
 * program, and is full for a while now and then.
 */
export class Disk {
  readonly #folder: string;
  #journal: SqliteJournal;
  fullUntilMs = 0;

  /** Makes a folder of its own in this one. */
  constructor(parent: string) {
    this.#folder = mkdtempSync(path.join(parent, 'disk-'));
    this.#journal = this.#open();
  }

  /** As the disk has it now, past all faults. */
  get journal(): Journal {
    return this.#journal;
  }

  /** What the operating system does when a program ends: the file is free for the next. */
  letGo(): void {
    void this.#journal.close();
    this.#journal = this.#open();
  }

  async remove(): Promise<void> {
    await this.#journal.close();
    rmSync(this.#folder, { recursive: true });
  }

  #open(): SqliteJournal {
    const journal = openJournal(path.join(this.#folder, 'journal.sqlite'));
    if (!journal.ok) throw new Error(`a journal of the simulation: ${journal.error.detail}`);
    return journal.value;
  }
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
  readonly #life: Life;

  constructor(world: World, disk: Disk, life: Life) {
    this.#world = world;
    this.#disk = disk;
    this.#life = life;
  }

  append(paymentId: string, event: PaymentEvent): Promise<Result<void, PortFailure>> {
    return this.#step(`append ${event.type}`, true, (journal) => journal.append(paymentId, event));
  }

  read(paymentId: string): Promise<Result<readonly PaymentEvent[], PortFailure>> {
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
    await this.#life.survive(`terminal journal ${label}, before`);
    await scheduler.pause(random.below(WRITE_MS));
    await this.#life.survive(`terminal journal ${label}, during`);
    if (writes && this.#isFull()) return fail(DISK_FULL);
    const result = await work(this.#disk.journal);
    await this.#life.survive(`terminal journal ${label}, after`);
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
