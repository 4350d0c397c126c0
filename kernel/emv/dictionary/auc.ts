import type { BitTable } from './bits.ts';

/** Application usage control (9F07). Source: EMV 4.4 Book 3, C2. */
export const AUC_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Valid for domestic cash' },
  { byte: 1, bit: 7, meaning: 'Valid for international cash' },
  { byte: 1, bit: 6, meaning: 'Valid for domestic goods' },
  { byte: 1, bit: 5, meaning: 'Valid for international goods' },
  { byte: 1, bit: 4, meaning: 'Valid for domestic services' },
  { byte: 1, bit: 3, meaning: 'Valid for international services' },
  { byte: 1, bit: 2, meaning: 'Valid at ATMs' },
  { byte: 1, bit: 1, meaning: 'Valid at terminals other than ATMs' },
  { byte: 2, bit: 8, meaning: 'Domestic cashback allowed' },
  { byte: 2, bit: 7, meaning: 'International cashback allowed' },
];
