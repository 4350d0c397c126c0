/** What was sold: an article as it was when it was put into the basket. */
export interface BasketItem {
  readonly itemId: string;
  readonly name: string;
  /** Price of one, tax included, in minor units. */
  readonly priceMinor: bigint;
  /** Tax contained in the price, in tenths of a percent. */
  readonly taxPermille: number;
}

/**
 * What happened to a basket, in the order it happened. `undone` takes back the event it names;
 * nothing is ever deleted from the log.
 */
export type BasketEvent = { readonly eventId: string; readonly atMs: number } & (
  | {
      readonly type: 'added';
      readonly lineId: string;
      readonly item: BasketItem;
      readonly quantity: number;
    }
  | { readonly type: 'quantity-set'; readonly lineId: string; readonly quantity: number }
  | { readonly type: 'removed'; readonly lineId: string }
  | { readonly type: 'cleared' }
  | { readonly type: 'undone'; readonly undoneEventId: string }
);

/** One basket: the sale it belongs to and everything that happened to it. */
export interface Basket {
  readonly saleId: string;
  readonly events: readonly BasketEvent[];
}

/** One line as the events leave it. */
export interface BasketLine extends BasketItem {
  readonly lineId: string;
  readonly quantity: number;
}

/** The most of one article on one line; the terminal accepts no more. */
export const maxQuantity = 999;
/** The most lines in one basket; the terminal accepts no more. */
export const maxLines = 500;

/** A basket in which nothing has happened. */
export function emptyBasket(saleId: string): Basket {
  return { saleId, events: [] };
}

/** The basket after one more event. Pure; the event is kept even when it changes no line. */
export function recordEvent(basket: Basket, event: BasketEvent): Basket {
  return { ...basket, events: [...basket.events, event] };
}

/** The lines that the events leave, oldest first. */
export function basketLines(basket: Basket): readonly BasketLine[] {
  const undone = undoneEventIds(basket.events);
  let lines: readonly BasketLine[] = [];
  for (const event of basket.events) {
    if (!undone.has(event.eventId)) lines = applyEvent(lines, event);
  }
  return lines;
}

/** The newest event that still counts, which is the one that undo takes back. */
export function lastEffectiveEvent(basket: Basket): BasketEvent | undefined {
  const undone = undoneEventIds(basket.events);
  return basket.events.findLast((event) => event.type !== 'undone' && !undone.has(event.eventId));
}

/** The line that an article would be added to: same article, same price, same tax. */
export function lineOfItem(lines: readonly BasketLine[], item: BasketItem): BasketLine | undefined {
  return lines.find(
    (line) =>
      line.itemId === item.itemId &&
      line.priceMinor === item.priceMinor &&
      line.taxPermille === item.taxPermille,
  );
}

/** How many articles there are on all lines. */
export function itemCount(lines: readonly BasketLine[]): number {
  return lines.reduce((count, line) => count + line.quantity, 0);
}

function undoneEventIds(events: readonly BasketEvent[]): ReadonlySet<string> {
  const undone = new Set<string>();
  for (const event of events) if (event.type === 'undone') undone.add(event.undoneEventId);
  return undone;
}

function applyEvent(lines: readonly BasketLine[], event: BasketEvent): readonly BasketLine[] {
  switch (event.type) {
    case 'added':
      return addToLines(lines, event.lineId, event.item, event.quantity);
    case 'quantity-set':
      return lines.map((line) =>
        line.lineId === event.lineId
          ? { ...line, quantity: allowedQuantity(event.quantity) }
          : line,
      );
    case 'removed':
      return lines.filter((line) => line.lineId !== event.lineId);
    case 'cleared':
      return [];
    case 'undone':
      return lines;
    default:
      return event satisfies never;
  }
}

function addToLines(
  lines: readonly BasketLine[],
  lineId: string,
  item: BasketItem,
  quantity: number,
): readonly BasketLine[] {
  if (lines.some((line) => line.lineId === lineId)) {
    return lines.map((line) =>
      line.lineId === lineId
        ? { ...line, quantity: allowedQuantity(line.quantity + quantity) }
        : line,
    );
  }
  if (lines.length >= maxLines) return lines;
  return [...lines, { ...item, lineId, quantity: allowedQuantity(quantity) }];
}

function allowedQuantity(quantity: number): number {
  return Math.min(maxQuantity, Math.max(1, Math.trunc(quantity)));
}
