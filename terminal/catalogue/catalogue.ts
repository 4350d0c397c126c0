import { DatabaseSync } from 'node:sqlite';
import type { CatalogueItem } from '#bridge/terminal-api.ts';
import { sampleCatalogue } from './sample-catalogue.ts';
import { searchWords } from './search-words.ts';

/** What to look for; an empty query lists the category, an empty category is every one. */
export interface CatalogueQuery {
  readonly query: string;
  readonly category: string;
  readonly limit: number;
}

/** The catalogue of the sample shop. */
export function openCatalogue(): Catalogue {
  return new Catalogue(sampleCatalogue());
}

/** The shop's articles, and an index of their names in memory. */
export class Catalogue {
  readonly #favouritesFirst: readonly CatalogueItem[];
  readonly #byBarcode: ReadonlyMap<string, CatalogueItem>;
  readonly #categories: readonly string[];
  readonly #find: (match: string, category: string, limit: number) => readonly CatalogueItem[];

  constructor(items: readonly CatalogueItem[]) {
    const isFavourite = (item: CatalogueItem): number => Number(item.favourite);
    this.#favouritesFirst = items.toSorted((a, b) => isFavourite(b) - isFavourite(a));
    this.#byBarcode = new Map(items.map((item) => [item.barcode, item]));
    this.#categories = [...new Set(items.map((item) => item.category))];
    this.#find = buildIndex(this.#favouritesFirst);
  }

  /** In the order in which they first appear among the items. */
  categories(): readonly string[] {
    return this.#categories;
  }

  /**
   * Items whose name has words that begin with the words of the query, in any order; when there is
   * none with all of them, those with some. Case and diacritics make no difference.
   * Favourites come first, then the better match. A whole barcode finds its item.
   */
  search({ query, category, limit }: CatalogueQuery): readonly CatalogueItem[] {
    const text = query.trim();
    const inCategory = (item: CatalogueItem): boolean => !category || item.category === category;
    if (text === '') return this.#favouritesFirst.filter(inCategory).slice(0, limit);
    const scanned = this.findByBarcode(text);
    if (scanned && inCategory(scanned)) return [scanned];
    const prefixes = searchWords(text).map((word) => `"${word}"*`);
    if (prefixes.length === 0) return [];
    const withAll = this.#find(prefixes.join(' AND '), category, limit);
    return withAll.length > 0 ? withAll : this.#find(prefixes.join(' OR '), category, limit);
  }

  /** The item with this barcode, digits as they were scanned. */
  findByBarcode(barcode: string): CatalogueItem | undefined {
    return this.#byBarcode.get(barcode.trim());
  }
}

function buildIndex(items: readonly CatalogueItem[]) {
  const database = new DatabaseSync(':memory:');
  database.exec(
    `CREATE VIRTUAL TABLE item
     USING fts5(words, category UNINDEXED, favourite UNINDEXED, prefix = '1 2 3')`,
  );
  const insert = database.prepare(
    'INSERT INTO item (rowid, words, category, favourite) VALUES (?, ?, ?, ?)',
  );
  database.exec('BEGIN');
  for (const [row, { name, category, favourite }] of items.entries()) {
    insert.run(row, searchWords(name).join(' '), category, Number(favourite));
  }
  database.exec('COMMIT');
  const select = database.prepare(
    `SELECT rowid FROM item WHERE item MATCH ?1 AND (?2 = '' OR category = ?2)
     ORDER BY favourite DESC, rank, rowid LIMIT ?3`,
  );
  return (match: string, category: string, limit: number): readonly CatalogueItem[] =>
    select.all(match, category, limit).flatMap(({ rowid }) => items[Number(rowid)] ?? []);
}
