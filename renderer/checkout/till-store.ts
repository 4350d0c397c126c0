import type { Link } from '../bridge-client.ts';
import { shopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';
import { type Basket, basketLines, emptyBasket } from './basket.ts';
import { loadSales, saveSales } from './sale-storage.ts';
import type { Standing } from './standing.ts';
import type { Notice, TillSnapshot } from './till-snapshot.ts';

/** Where the till's snapshot lives: every change goes through here and is kept at once. */
export class TillStore {
  readonly #storage: Storage;
  readonly #listeners = new Set<() => void>();
  #settledWaiters: (() => void)[] = [];
  #snapshot: TillSnapshot;

  /** Takes up the sale that the storage holds, or begins one. */
  constructor(storage: Storage, link: Link) {
    this.#storage = storage;
    this.#snapshot = initialSnapshot(storage, link);
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The present snapshot; the same object until something changes. */
  readonly snapshot = (): TillSnapshot => this.#snapshot;

  /** Replaces some of the snapshot. A basket or a parked sale is in the storage before it shows. */
  change(changes: Partial<TillSnapshot>): void {
    const next = { ...this.#snapshot, ...changes };
    if (changes.basket !== undefined || changes.parked !== undefined) {
      if (!saveSales(this.#storage, next)) {
        next.notice = { tone: 'caution', text: words.basket.notKept };
      }
    }
    this.#snapshot = next;
    for (const listener of this.#listeners) listener();
    if (!isPending(next.standing)) this.#releaseWaiters();
  }

  /** Replaces the basket and all that is derived from it. */
  changeBasket(basket: Basket, more: Partial<TillSnapshot> = {}): void {
    this.change({ basket, lines: basketLines(basket), ...more });
  }

  /** Shows a sentence and reads it out; the alert tone goes with `caution`. */
  notify(text: string, tone: Notice['tone'] = 'caution'): void {
    this.change({ notice: { tone, text }, ...this.spoken(text) });
  }

  /** The change that reads a sentence out. */
  spoken(text: string): Pick<TillSnapshot, 'announcement'> {
    return { announcement: { value: text, count: this.#snapshot.announcement.count + 1 } };
  }

  /** Resolves when it is known whether the present sale may be changed. */
  settled(): Promise<void> {
    if (!isPending(this.#snapshot.standing)) return Promise.resolve();
    return new Promise((resolve) => this.#settledWaiters.push(resolve));
  }

  #releaseWaiters(): void {
    const waiters = this.#settledWaiters;
    this.#settledWaiters = [];
    for (const release of waiters) release();
  }
}

function isPending(standing: Standing): boolean {
  return standing.kind === 'checking' || standing.kind === 'starting';
}

function initialSnapshot(storage: Storage, link: Link): TillSnapshot {
  const loaded = loadSales(storage);
  const saved = loaded.kind === 'sales' ? loaded.sales : undefined;
  const basket = saved?.basket ?? emptyBasket(crypto.randomUUID());
  const lines = basketLines(basket);
  const damaged: Notice = { tone: 'caution', text: words.basket.damaged };
  return {
    link,
    terminal: undefined,
    format: shopFormat(navigator.language, 'XXX'),
    basket,
    lines,
    // A basket that was there before may have been paid: only the terminal knows.
    standing: { kind: basket.events.length === 0 ? 'draft' : 'checking' },
    selectedLineId: lines.at(-1)?.lineId,
    flash: undefined,
    notice: loaded.kind === 'damaged' ? damaged : undefined,
    announcement: { value: '', count: 0 },
    parked: saved?.parked ?? [],
    parkedEnds: {},
  };
}
