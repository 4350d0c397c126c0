import type { CatalogueItem } from '#bridge/terminal-api.ts';
import { ean13 } from './ean13.ts';
import { type Product, STOCK } from './sample-stock.ts';

/**
 * The sample catalogue: 500 items of a small grocer, prices in euro cent. Barcodes are of the range
 * that shops may use as they like (GS1 prefixes 20 to 29), so none is a real article's.
 */
export function sampleCatalogue(): readonly CatalogueItem[] {
  return STOCK.flatMap((shelf, shelfNumber) =>
    shelf.products.flatMap((product, productNumber) =>
      Object.entries(product.sizes).map(([size, price], sizeNumber) => {
        const name = nameOf(product, size);
        const numbers = [shelfNumber + 1, productNumber + 1, sizeNumber + 1];
        return {
          itemId: slugOf(name),
          name,
          barcode: barcodeOf(numbers),
          category: shelf.category,
          priceMinor: BigInt(price),
          taxPermille: product.taxPermille ?? shelf.taxPermille,
          favourite: product.favourite === size,
        };
      }),
    ),
  );
}

function nameOf(product: Product, size: string): string {
  return size === '' ? product.name : `${product.name}, ${size}`;
}

function slugOf(name: string): string {
  const ascii = name.normalize('NFD').replace(/[\p{M}’]/gu, '');
  return ascii
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Three digits each for shelf, product and size, after the prefix and a zero. */
function barcodeOf(numbers: readonly number[]): string {
  return ean13(`200${numbers.map((number) => String(number).padStart(3, '0')).join('')}`);
}
