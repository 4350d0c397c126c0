/** What one bit says. Bytes count from 1, bits from 8 (highest) to 1, as the books do. */
export interface BitMeaning {
  readonly byte: number;
  readonly bit: number;
  readonly meaning: string;
}

/** The meanings of the bits that are set, in the order of the table. */
export function meaningsOf(table: readonly BitMeaning[], value: Uint8Array): readonly string[] {
  return table
    .filter(({ byte, bit }) => ((value[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0)
    .map(({ meaning }) => meaning);
}
