/** What one bit says. Bytes count from 1, bits from 8 (highest) to 1, as the books do. */
export interface BitMeaning {
  readonly byte: number;
  readonly bit: number;
  readonly meaning: string;
}

/** What several bits of one byte say together. */
export interface CodeMeaning {
  readonly byte: number;
  /** From its highest bit to its lowest. */
  readonly bits: readonly [high: number, low: number];
  /** By value; an empty text says nothing, and a value that is not here is reserved. */
  readonly codes: Readonly<Record<number, string>>;
}

/** The layout of a value: every bit that is not named is reserved. */
export type BitTable = readonly (BitMeaning | CodeMeaning)[];

/**
 * What the bits that are set mean, in the order of the table, and which of those are reserved. A
 * byte that is not there has no bits set.
 */
export function meaningsOf(table: BitTable, value: Uint8Array): readonly string[] {
  const named = new Uint8Array(value.length);
  const meanings = table.flatMap((row): readonly string[] => {
    const [high, low] = 'bit' in row ? [row.bit, row.bit] : row.bits;
    const mask = (0xff >> (8 - high)) & (0xff << (low - 1));
    const byte = value[row.byte - 1];
    if (byte === undefined) return [];
    named[row.byte - 1] = (named[row.byte - 1] ?? 0) | mask;
    const code = (byte & mask) >> (low - 1);
    if ('bit' in row) return code === 0 ? [] : [row.meaning];
    const meaning = row.codes[code] ?? `Reserved value ${code} of ${place(row.byte, high, low)}`;
    return meaning === '' ? [] : [meaning];
  });
  return [...meanings, ...reservedBits(value, named)];
}

function reservedBits(value: Uint8Array, named: Uint8Array): readonly string[] {
  const reserved: string[] = [];
  for (const [i, byte] of value.entries()) {
    for (let bit = 8; bit >= 1; bit--) {
      const isSet = (byte & ~(named[i] ?? 0) & (1 << (bit - 1))) !== 0;
      if (isSet) reserved.push(`Reserved: ${place(i + 1, bit, bit)}`);
    }
  }
  return reserved;
}

function place(byte: number, high: number, low: number): string {
  return `byte ${byte}, bit${high === low ? '' : 's'} ${high}${high === low ? '' : `-${low}`}`;
}
