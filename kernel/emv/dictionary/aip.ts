import type { BitMeaning } from './bits.ts';

/** Application interchange profile (82). Source: EMV 4.4 Book 3, C1. */
export const AIP_BITS: readonly BitMeaning[] = [
  { byte: 1, bit: 8, meaning: 'Extended data authentication supported' },
  { byte: 1, bit: 7, meaning: 'Static data authentication supported' },
  { byte: 1, bit: 6, meaning: 'Dynamic data authentication supported' },
  { byte: 1, bit: 5, meaning: 'Cardholder verification supported' },
  { byte: 1, bit: 4, meaning: 'Terminal risk management to be performed' },
  { byte: 1, bit: 3, meaning: 'Issuer authentication supported' },
  { byte: 1, bit: 2, meaning: 'Consumer device verification supported' },
  { byte: 1, bit: 1, meaning: 'Combined data authentication supported' },
];
