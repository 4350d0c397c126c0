import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyBasket } from './basket.ts';
import { loadSales, saveSales } from './sale-storage.ts';

function storageWith(value: string | null): Storage {
  return { getItem: () => value } as unknown as Storage;
}

const added = {
  eventId: 'e',
  atMs: 1,
  type: 'added',
  lineId: 'l',
  quantity: 1,
  item: { itemId: 'i', name: 'Oats', priceMinor: '150', taxPermille: 0 },
};

function kept(event: object): string {
  return JSON.stringify({ basket: { saleId: 's', events: [event] }, parked: [] });
}

test('an empty storage holds nothing', () => {
  expect(loadSales(storageWith(null))).toEqual({ kind: 'nothing' });
});

test('a storage that may not be read counts as damaged', () => {
  const forbidden = {
    getItem() {
      throw new DOMException('denied', 'SecurityError');
    },
  } as unknown as Storage;
  expect(loadSales(forbidden)).toEqual({ kind: 'damaged' });
});

test('a storage that is full is told of, not thrown', () => {
  const full = {
    setItem() {
      throw new DOMException('full', 'QuotaExceededError');
    },
  } as unknown as Storage;
  expect(saveSales(full, { basket: emptyBasket('s'), parked: [] })).toBe(false);
});

test('a good event is read', () => {
  const loaded = loadSales(storageWith(kept(added)));
  expect(loaded).toMatchObject({
    kind: 'sales',
    sales: { basket: { events: [{ item: { priceMinor: 150n } }] } },
  });
});

test.each([
  ['no quantity below one', { ...added, quantity: 0 }],
  ['no negative price', { ...added, item: { ...added.item, priceMinor: '-150' } }],
  ['no price with a fraction', { ...added, item: { ...added.item, priceMinor: '1.5' } }],
  ['no number where money is', { ...added, item: { ...added.item, priceMinor: 150 } }],
  ['no event of another kind', { ...added, type: 'paid' }],
  ['no endless name', { ...added, item: { ...added.item, name: 'x'.repeat(121) } }],
])('%s', (_what, event) => {
  expect(loadSales(storageWith(kept(event)))).toEqual({ kind: 'damaged' });
});

test('whatever somebody wrote there never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(loadSales(storageWith(text)).kind).toBe('damaged');
    }),
  );
});
