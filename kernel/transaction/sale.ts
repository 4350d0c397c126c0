/** One line of a basket as it was when payment began. */
export interface SaleLine {
  /** Stable id of the line within its basket. */
  readonly lineId: string;
  readonly itemId: string;
  readonly name: string;
  readonly quantity: number;
  /** Price of one, tax included, in minor units. */
  readonly unitPriceMinor: bigint;
  /** Value added tax contained in the price, in tenths of a percent (200 is 20 %). */
  readonly taxPermille: number;
}

/** The sum of all lines, tax included, in minor units. */
export function saleTotalMinor(lines: readonly SaleLine[]): bigint {
  let total = 0n;
  for (const line of lines) total += line.unitPriceMinor * BigInt(line.quantity);
  return total;
}

/** The tax contained in all lines, rounded half up per rate, in minor units. */
export function saleTaxMinor(lines: readonly SaleLine[]): bigint {
  const grossByRate = new Map<number, bigint>();
  for (const line of lines) {
    const gross = line.unitPriceMinor * BigInt(line.quantity);
    grossByRate.set(line.taxPermille, (grossByRate.get(line.taxPermille) ?? 0n) + gross);
  }
  let tax = 0n;
  for (const [permille, gross] of grossByRate) {
    const divisor = 1000n + BigInt(permille);
    tax += (2n * gross * BigInt(permille) + divisor) / (2n * divisor);
  }
  return tax;
}
