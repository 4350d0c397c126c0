import type { BitTable } from './bits.ts';

/** Cryptogram information data (9F27). Source: EMV 4.4 Book 3, table 15. */
export const CID_BITS: BitTable = [
  {
    byte: 1,
    bits: [8, 7],
    codes: {
      0: 'AAC: the card declines',
      1: 'TC: the card approves',
      2: 'ARQC: the card asks its issuer',
      3: 'AAR: reserved',
    },
  },
  { byte: 1, bit: 4, meaning: 'Advice required' },
  {
    byte: 1,
    bits: [3, 1],
    codes: {
      0: '',
      1: 'Reason: service not allowed',
      2: 'Reason: PIN try limit exceeded',
      3: 'Reason: issuer authentication failed',
    },
  },
];
