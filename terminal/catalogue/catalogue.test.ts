import { describe, expect, it } from 'vitest';
import { catalogueItem } from '#bridge/terminal-api.ts';
import { openCatalogue } from './catalogue.ts';
import { ean13 } from './ean13.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

const ITEMS = sampleCatalogue();
const CATALOGUE = openCatalogue();

function names(query: string, category = '', limit = 200): readonly string[] {
  return CATALOGUE.search({ query, category, limit }).map((item) => item.name);
}

describe('the sample catalogue', () => {
  it('has 500 different items in ten categories that the bridge can carry', () => {
    expect(ITEMS).toHaveLength(500);
    for (const key of ['itemId', 'name', 'barcode'] as const) {
      expect(new Set(ITEMS.map((item) => item[key])).size).toBe(500);
    }
    expect(CATALOGUE.categories()).toHaveLength(10);
    for (const item of ITEMS)
      expect(catalogueItem.encode(item).itemId).toMatch(/^[a-z0-9-]{1,64}$/);
  });

  it('has barcodes of the in-store range with valid check digits', () => {
    for (const { barcode } of ITEMS) {
      expect(barcode).toMatch(/^2\d{12}$/);
      expect(barcode).toBe(ean13(barcode.slice(0, 12)));
    }
  });

  it('has plausible prices, Irish tax rates and twenty favourites', () => {
    for (const { priceMinor, taxPermille } of ITEMS) {
      expect(priceMinor).toBeGreaterThanOrEqual(25n);
      expect(priceMinor).toBeLessThanOrEqual(4000n);
      expect([0, 135, 230]).toContain(taxPermille);
    }
    expect(ITEMS.filter((item) => item.favourite)).toHaveLength(20);
  });
});

describe('Catalogue.search', () => {
  it('finds beginnings of words, in any order', () => {
    expect(names('brea chick')).toContain('Chicken breast fillets, 300 g');
    expect(names('1kg banana')).toEqual(['Bananas, 1 kg']);
    expect(names('anana')).toEqual([]);
  });

  it('makes no difference between letters with and without diacritics, or case', () => {
    for (const query of ['creme fraiche', 'CRÈME FRAÎCHE', 'Creme-Fraîche 200g']) {
      expect(names(query)).toEqual(['Crème fraîche, 200 g']);
    }
    expect(names('goats cheese')).toContain('Goat’s cheese log, 100 g');
  });

  it('offers what has some of the words when nothing has all', () => {
    expect(names('organic duck eggs')).toEqual(
      expect.arrayContaining(['Organic eggs, 6 pack', 'Free-range eggs, 6 pack']),
    );
    expect(names('zzz qqq')).toEqual([]);
  });

  it('puts favourites first, then the better match', () => {
    const milk = CATALOGUE.search({ query: 'milk', category: '', limit: 20 });
    const favourites = milk.map((item) => item.favourite);
    expect(favourites).toEqual(favourites.toSorted((a, b) => Number(b) - Number(a)));
    expect([favourites[0], favourites.at(-1)]).toEqual([true, false]);
    expect(names('garlic')).toEqual([
      'Garlic, 3 pack',
      'Garlic naan, 2 pack',
      'Garlic baguette, 170 g',
      'Garlic baguette, 2 pack',
      'Mussels in garlic butter, 450 g',
    ]);
  });

  it('keeps to the category and the limit', () => {
    expect(names('chicken', 'Frozen')).toEqual(
      expect.arrayContaining(['Chicken goujons, 450 g', 'Chicken korma with rice, 400 g']),
    );
    expect(names('chicken', 'Frozen')).not.toContain('Chicken thighs, 650 g');
    expect(names('chicken', '', 2)).toHaveLength(2);
    expect(names('chicken', 'No such shelf')).toEqual([]);
  });

  it('lists a category, or everything, favourites first, for an empty query', () => {
    const all = CATALOGUE.search({ query: ' ', category: '', limit: 500 });
    expect(all).toHaveLength(500);
    expect(all.slice(0, 20).every((item) => item.favourite)).toBe(true);
    expect(names('', 'Bakery', 200)).toHaveLength(50);
    expect(names('', 'Bakery', 1)).toEqual(['White sliced pan, 800 g']);
  });

  it.each(['"', '* OR', 'name:x', 'NEAR(', '%', '\u0000', '💳'])('survives %j', (query) => {
    expect(() => names(query)).not.toThrow();
  });
});

describe('barcodes', () => {
  it('find their item, also in the search field', () => {
    for (const item of ITEMS) expect(CATALOGUE.findByBarcode(item.barcode)).toEqual(item);
    const [first] = ITEMS;
    expect(names(` ${first?.barcode} `)).toEqual([first?.name]);
    expect(CATALOGUE.findByBarcode('4006381333931')).toBeUndefined();
  });
});
