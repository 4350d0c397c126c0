import type { SaleLine } from '#bridge/terminal-api.ts';
import type { BasketLine } from './basket.ts';

/** What a basket costs and the tax contained in it, in minor units. */
export interface Totals {
  readonly totalMinor: bigint;
  readonly taxMinor: bigint;
}

/**
 * Sums a basket. The tax is rounded half up once per rate, as the terminal does it when it checks
 * the amount and prints the receipt.
 */
export function basketTotals(lines: readonly BasketLine[]): Totals {
  const grossByRate = new Map<number, bigint>();
  for (const line of lines) {
    const gross = lineTotalMinor(line);
    grossByRate.set(line.taxPermille, (grossByRate.get(line.taxPermille) ?? 0n) + gross);
  }
  let totalMinor = 0n;
  let taxMinor = 0n;
  for (const [permille, gross] of grossByRate) {
    const divisor = 1000n + BigInt(permille);
    totalMinor += gross;
    taxMinor += (2n * gross * BigInt(permille) + divisor) / (2n * divisor);
  }
  return { totalMinor, taxMinor };
}

/** Price of one times quantity, in minor units. */
export function lineTotalMinor(line: BasketLine): bigint {
  return line.priceMinor * BigInt(line.quantity);
}

/** The lines as the terminal is told of them when payment begins. */
export function toSaleLines(lines: readonly BasketLine[]): SaleLine[] {
  return lines.map((line) => ({
    lineId: line.lineId,
    itemId: line.itemId,
    name: line.name,
    quantity: line.quantity,
    unitPriceMinor: line.priceMinor,
    taxPermille: line.taxPermille,
  }));
}
