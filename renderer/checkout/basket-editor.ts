import type { TerminalApi } from '#bridge/terminal-api.ts';
import { words } from '../ui/words.ts';
import {
  type BasketEvent,
  type BasketItem,
  type BasketLine,
  basketLines,
  lastEffectiveEvent,
  lineOfItem,
  maxLines,
  maxQuantity,
  recordEvent,
} from './basket.ts';
import { isEditable } from './till-snapshot.ts';
import type { TillStore } from './till-store.ts';
import { basketTotals } from './totals.ts';

type NewEvent = BasketEvent extends infer E
  ? E extends BasketEvent
    ? Omit<E, 'eventId' | 'atMs'>
    : never
  : never;

/**
 * What the cashier does to the basket. Every change is an event; they are done one after the other,
 * and none while the basket is locked.
 */
export class BasketEditor {
  readonly #api: TerminalApi;
  readonly #store: TillStore;
  readonly #makeRoom: () => Promise<boolean>;
  #queue: Promise<void> = Promise.resolve();

  /** `makeRoom` takes a finished payment off the till; true when the basket may then be changed. */
  constructor(api: TerminalApi, store: TillStore, makeRoom: () => Promise<boolean>) {
    this.#api = api;
    this.#store = store;
    this.#makeRoom = makeRoom;
  }

  /** Looks a barcode up and adds what it names. */
  scan(barcode: string, quantity: number): Promise<void> {
    return this.#inOrder(async () => {
      const found = await this.#api.findItemByBarcode({ barcode });
      if (found.ok) return this.#addNow(found.value, quantity);
      this.#store.notify(
        found.error.kind === 'not-found' || found.error.kind === 'malformed'
          ? words.scan.unknown(barcode)
          : words.scan.unreachable(barcode),
      );
    });
  }

  /** Adds an article that was chosen by hand. */
  add(item: BasketItem, quantity: number): Promise<void> {
    return this.#inOrder(() => this.#addNow(item, quantity));
  }

  /** Changes the quantity of the selected line by `difference`; it stays between 1 and 999. */
  changeQuantity(difference: number): Promise<void> {
    return this.#inOrder(() => this.#changeQuantityNow(difference));
  }

  /** Takes the selected line out. */
  removeLine(): Promise<void> {
    return this.#inOrder(() => this.#removeLineNow());
  }

  /** Takes all lines out; one undo brings them back. */
  clear(): Promise<void> {
    return this.#inOrder(() => {
      const snapshot = this.#store.snapshot();
      if (!isEditable(snapshot) || snapshot.lines.length === 0) return;
      this.#record({ type: 'cleared' });
      this.#store.notify(words.basket.cleared, 'plain');
    });
  }

  /** Takes the newest change back. */
  undo(): Promise<void> {
    return this.#inOrder(() => this.#undoNow());
  }

  /** Makes a line the one that the keys act on. */
  select(lineId: string): void {
    this.#store.change({ selectedLineId: lineId });
  }

  /** Resolves when everything that was scanned and pressed so far is done. */
  idle(): Promise<void> {
    return this.#queue;
  }

  /** A key pressed after a scan means what that scan left, however long its item takes to come. */
  #inOrder(work: () => void | Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work);
    return this.#queue;
  }

  #changeQuantityNow(difference: number): void {
    const line = this.#selectedLine();
    if (line === undefined) return;
    const quantity = line.quantity + difference;
    if (quantity > maxQuantity) this.#store.notify(words.scan.lineFull(line.name));
    if (quantity < 1 || quantity > maxQuantity) return;
    this.#record({ type: 'quantity-set', lineId: line.lineId, quantity });
    this.#store.change(
      this.#store.spoken(words.basket.quantity(line.name, quantity, this.#totalText())),
    );
  }

  #removeLineNow(): void {
    const line = this.#selectedLine();
    if (line === undefined) return;
    const { lines } = this.#store.snapshot();
    const index = lines.indexOf(line);
    const neighbour = lines[index + 1] ?? lines[index - 1];
    this.#record({ type: 'removed', lineId: line.lineId });
    this.#store.change({
      selectedLineId: neighbour?.lineId,
      ...this.#store.spoken(words.basket.removed(line.name, this.#totalText())),
    });
  }

  #undoNow(): void {
    const { basket } = this.#store.snapshot();
    if (!isEditable(this.#store.snapshot())) return;
    const last = lastEffectiveEvent(basket);
    if (last === undefined) {
      this.#store.notify(words.basket.nothingToUndo, 'plain');
      return;
    }
    this.#record({ type: 'undone', undoneEventId: last.eventId });
    const { lines, selectedLineId } = this.#store.snapshot();
    const touched = last.type === 'cleared' || last.type === 'undone' ? undefined : last.lineId;
    const selected = [touched, selectedLineId, lines.at(-1)?.lineId].find((lineId) =>
      lines.some((line) => line.lineId === lineId),
    );
    this.#store.change({
      selectedLineId: selected,
      notice: undefined,
      ...this.#store.spoken(words.basket.undone(this.#totalText())),
    });
  }

  async #addNow(item: BasketItem, quantity: number): Promise<void> {
    await this.#store.settled();
    if (!isEditable(this.#store.snapshot()) && !(await this.#makeRoom())) return;
    const { lines, flash } = this.#store.snapshot();
    const existing = lineOfItem(lines, item);
    const refusal = additionRefusal(lines, existing, quantity);
    if (refusal !== undefined) return this.#store.notify(refusal);
    const lineId = existing?.lineId ?? crypto.randomUUID();
    const { itemId, name, priceMinor, taxPermille } = item;
    this.#record({
      type: 'added',
      lineId,
      item: { itemId, name, priceMinor, taxPermille },
      quantity,
    });
    this.#store.change({
      selectedLineId: lineId,
      flash: { value: lineId, count: (flash?.count ?? 0) + 1 },
      notice: undefined,
      ...this.#store.spoken(words.scan.added(name, quantity, this.#totalText())),
    });
  }

  #record(event: NewEvent): void {
    const { basket } = this.#store.snapshot();
    const whole = { ...event, eventId: crypto.randomUUID(), atMs: Date.now() };
    this.#store.changeBasket(recordEvent(basket, whole));
  }

  #selectedLine(): BasketLine | undefined {
    const snapshot = this.#store.snapshot();
    if (!isEditable(snapshot)) return undefined;
    return snapshot.lines.find((line) => line.lineId === snapshot.selectedLineId);
  }

  #totalText(): string {
    const { basket, format } = this.#store.snapshot();
    return format.amount(basketTotals(basketLines(basket)).totalMinor);
  }
}

function additionRefusal(
  lines: readonly BasketLine[],
  existing: BasketLine | undefined,
  quantity: number,
): string | undefined {
  if (existing !== undefined && existing.quantity + quantity > maxQuantity) {
    return words.scan.lineFull(existing.name);
  }
  return existing === undefined && lines.length >= maxLines ? words.scan.basketFull : undefined;
}
