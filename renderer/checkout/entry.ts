/** What the cashier or the scanner put into the scan field. */
export type Entry =
  | { readonly kind: 'barcode'; readonly barcode: string; readonly quantity: number }
  | { readonly kind: 'search'; readonly query: string; readonly quantity: number };

/** EAN-8, UPC-A, EAN-13 and GTIN-14 have these many digits. */
const barcodePattern = /^(?:\d{8}|\d{12,14})$/;
/** `3*`, `3x` or `3×` before an article takes three of it. */
const quantityPattern = /^([1-9]\d{0,2})\s*[*x×]\s*/i;

/** Reads the scan field: an optional quantity, then a barcode or words to search for. */
export function parseEntry(text: string): Entry {
  const trimmed = text.trim();
  const match = quantityPattern.exec(trimmed);
  const quantity = match?.[1] === undefined ? 1 : Number(match[1]);
  const rest = match === null ? trimmed : trimmed.slice(match[0].length);
  return barcodePattern.test(rest)
    ? { kind: 'barcode', barcode: rest, quantity }
    : { kind: 'search', query: rest, quantity };
}

/** Keys closer together than this come from a scanner, not from fingers. */
const burstGapMs = 40;

/**
 * Tells a scanner from fingers by its speed, so that a scan into a half-typed search is still a
 * scan. Feed it every character; ask `scanned` when Enter comes.
 */
export interface BurstDetector {
  readonly character: (character: string, atMs: number) => void;
  /** The barcode that just came in one burst, or undefined. Forgets what it has seen. */
  readonly scanned: (atMs: number) => string | undefined;
}

/** Makes a detector that has seen nothing. Times are milliseconds of any steady clock. */
export function burstDetector(): BurstDetector {
  let burst = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    character(character, atMs) {
      burst = atMs - lastMs <= burstGapMs ? burst + character : character;
      lastMs = atMs;
    },
    scanned(atMs) {
      const candidate = atMs - lastMs <= burstGapMs ? burst : '';
      burst = '';
      return barcodePattern.test(candidate) ? candidate : undefined;
    },
  };
}
