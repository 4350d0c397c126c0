import { describe, expect, test } from 'vitest';
import {
  type Basket,
  type BasketEvent,
  type BasketItem,
  basketLines,
  emptyBasket,
  itemCount,
  lastEffectiveEvent,
  lineOfItem,
  maxLines,
  recordEvent,
} from './basket.ts';

const oats: BasketItem = { itemId: 'oats', name: 'Oats', priceMinor: 150n, taxPermille: 0 };
const cola: BasketItem = { itemId: 'cola', name: 'Cola', priceMinor: 120n, taxPermille: 200 };

function basketOf(...events: readonly BasketEvent[]): Basket {
  return events.reduce(recordEvent, emptyBasket('sale-1'));
}

function added(eventId: string, lineId: string, item: BasketItem, quantity = 1): BasketEvent {
  return { eventId, atMs: 0, type: 'added', lineId, item, quantity };
}

describe('a basket', () => {
  test('adds to the line it is told, and begins one that is new', () => {
    const lines = basketLines(
      basketOf(added('1', 'a', oats), added('2', 'b', cola, 2), added('3', 'a', oats, 3)),
    );
    expect(lines).toEqual([
      { ...oats, lineId: 'a', quantity: 4 },
      { ...cola, lineId: 'b', quantity: 2 },
    ]);
    expect(itemCount(lines)).toBe(6);
  });

  test('keeps the price at which an article was put in', () => {
    const lines = basketLines(basketOf(added('1', 'a', oats)));
    expect(lineOfItem(lines, oats)?.lineId).toBe('a');
    expect(lineOfItem(lines, { ...oats, priceMinor: 160n })).toBeUndefined();
    expect(lineOfItem(lines, { ...oats, taxPermille: 50 })).toBeUndefined();
  });

  test('removes a line, and clears all', () => {
    const two = basketOf(added('1', 'a', oats), added('2', 'b', cola));
    const removed = recordEvent(two, { eventId: '3', atMs: 0, type: 'removed', lineId: 'a' });
    expect(basketLines(removed).map((line) => line.lineId)).toEqual(['b']);
    expect(basketLines(recordEvent(two, { eventId: '3', atMs: 0, type: 'cleared' }))).toEqual([]);
  });

  test('undo after undo goes further back, and never undoes an undo', () => {
    let basket = basketOf(added('1', 'a', oats), added('2', 'b', cola), {
      eventId: '3',
      atMs: 0,
      type: 'cleared',
    });
    for (const expected of [2, 1, 0]) {
      const last = lastEffectiveEvent(basket);
      expect(last).toBeDefined();
      basket = recordEvent(basket, {
        eventId: `undo-${expected}`,
        atMs: 0,
        type: 'undone',
        undoneEventId: last?.eventId ?? '',
      });
      expect(basketLines(basket)).toHaveLength(expected);
    }
    expect(lastEffectiveEvent(basket)).toBeUndefined();
    expect(basket.events).toHaveLength(6);
  });

  test('holds a line to 999 and the basket to 500 lines', () => {
    const full = basketOf(added('1', 'a', oats, 998), added('2', 'a', oats, 5));
    expect(basketLines(full)[0]?.quantity).toBe(999);
    const many = Array.from({ length: maxLines + 1 }, (_, n) => added(`${n}`, `line-${n}`, oats));
    expect(basketLines(basketOf(...many))).toHaveLength(maxLines);
  });
});
