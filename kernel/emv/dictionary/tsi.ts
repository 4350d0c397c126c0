import type { BitTable } from './bits.ts';

/** Transaction status information (9B). Source: EMV 4.4 Book 3, C6. */
export const TSI_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Offline data authentication was performed' },
  { byte: 1, bit: 7, meaning: 'Cardholder verification was performed' },
  { byte: 1, bit: 6, meaning: 'Card risk management was performed' },
  { byte: 1, bit: 5, meaning: 'Issuer authentication was performed' },
  { byte: 1, bit: 4, meaning: 'Terminal risk management was performed' },
  { byte: 1, bit: 3, meaning: 'Script processing was performed' },
];
