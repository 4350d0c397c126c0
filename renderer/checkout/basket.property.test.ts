import fc from 'fast-check';
import { expect, test } from 'vitest';
import { saleTaxMinor, saleTotalMinor } from '#kernel/transaction/sale.ts';
import {
  type Basket,
  type BasketEvent,
  basketLines,
  emptyBasket,
  lastEffectiveEvent,
  recordEvent,
} from './basket.ts';
import { loadSales, saveSales } from './sale-storage.ts';
import { basketTotals, toSaleLines } from './totals.ts';

const lineId = fc.constantFrom('a', 'b', 'c', 'd');
const quantity = fc.integer({ min: 1, max: 999 });
const change = fc.oneof(
  fc.record({
    type: fc.constant('added' as const),
    lineId,
    quantity,
    item: fc.record({
      itemId: fc.constantFrom('x', 'y'),
      name: fc.string({ minLength: 1, maxLength: 120 }),
      priceMinor: fc.bigInt({ min: 0n, max: 999_999_999_999n }),
      taxPermille: fc.constantFrom(0, 50, 77, 200, 1000),
    }),
  }),
  fc.record({ type: fc.constant('quantity-set' as const), lineId, quantity }),
  fc.record({ type: fc.constant('removed' as const), lineId }),
  fc.record({ type: fc.constant('cleared' as const) }),
  fc.record({ type: fc.constant('undo' as const) }),
);

/** Plays changes into a basket, the way the till does. */
function play(changes: readonly (typeof change extends fc.Arbitrary<infer C> ? C : never)[]) {
  return changes.reduce<Basket>((basket, next, index) => {
    const identity = { eventId: `event-${index}`, atMs: index };
    if (next.type !== 'undo') return recordEvent(basket, { ...next, ...identity } as BasketEvent);
    const last = lastEffectiveEvent(basket);
    return last === undefined ? basket : undo(basket, last, identity.eventId);
  }, emptyBasket('sale-1'));
}

function undo(basket: Basket, event: BasketEvent, eventId: string): Basket {
  const undone = { eventId, atMs: 0, type: 'undone', undoneEventId: event.eventId } as const;
  return recordEvent(basket, undone);
}

test('undo is the exact inverse of any change, whatever happened before', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), change, (changes, last) => {
      fc.pre(last.type !== 'undo');
      const before = play(changes);
      const event = { ...last, eventId: 'last', atMs: 0 } as BasketEvent;
      const after = undo(recordEvent(before, event), event, 'taken-back');
      expect(basketLines(after)).toEqual(basketLines(before));
      expect(lastEffectiveEvent(after)).toEqual(lastEffectiveEvent(before));
    }),
  );
});

test('as many undos as changes leave an empty basket', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      let basket = play(changes);
      for (let step = 0; step < changes.length; step += 1) {
        const last = lastEffectiveEvent(basket);
        if (last !== undefined) basket = undo(basket, last, `undo-${step}`);
      }
      expect(basketLines(basket)).toEqual([]);
    }),
  );
});

test('quantities stay within what the terminal takes', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      for (const line of basketLines(play(changes))) {
        expect(line.quantity).toBeGreaterThanOrEqual(1);
        expect(line.quantity).toBeLessThanOrEqual(999);
      }
    }),
  );
});

test('totals and tax are those the terminal computes from the same lines', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const lines = basketLines(play(changes));
      const sent = toSaleLines(lines);
      expect(basketTotals(lines)).toEqual({
        totalMinor: saleTotalMinor(sent),
        taxMinor: saleTaxMinor(sent),
      });
    }),
  );
});

test('what is kept is read back the same', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const basket = play(changes);
      let kept = '';
      const storage = {
        setItem: (_key: string, value: string) => {
          kept = value;
        },
        getItem: () => kept,
      } as unknown as Storage;
      const sales = { basket, parked: [{ basket, paymentId: 'p', amountMinor: 12n }] };
      expect(saveSales(storage, sales)).toBe(true);
      expect(loadSales(storage)).toEqual({ kind: 'sales', sales });
    }),
  );
});
