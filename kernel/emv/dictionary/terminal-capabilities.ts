import type { BitTable } from './bits.ts';

/** Which card data can be read: byte 1 of 9F33, and a byte alone in kernels 2 and 8. */
export const CARD_INPUT_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Manual key entry' },
  { byte: 1, bit: 7, meaning: 'Magnetic stripe' },
  { byte: 1, bit: 6, meaning: 'Chip with contacts' },
];

/** Which verification is possible: byte 2 of 9F33, and a byte alone in kernels 2 and 8. */
export const CVM_CAPABILITY_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Plaintext PIN verified by the card' },
  { byte: 1, bit: 7, meaning: 'Enciphered PIN verified online' },
  { byte: 1, bit: 6, meaning: 'Signature' },
  { byte: 1, bit: 5, meaning: 'Enciphered PIN verified by the card' },
  { byte: 1, bit: 4, meaning: 'No verification required' },
  { byte: 1, bit: 3, meaning: 'Online biometric' },
  { byte: 1, bit: 2, meaning: 'Offline biometric' },
];

/** Which security there is: byte 3 of 9F33, and a byte alone in kernels 2 and 8. */
export const SECURITY_CAPABILITY_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Static data authentication' },
  { byte: 1, bit: 7, meaning: 'Dynamic data authentication' },
  { byte: 1, bit: 6, meaning: 'Card capture' },
  { byte: 1, bit: 4, meaning: 'Combined data authentication' },
  { byte: 1, bit: 3, meaning: 'Extended data authentication' },
];

/** Terminal capabilities (9F33). Source: EMV 4.4 Book 4, A2. */
export const TERMINAL_CAPABILITY_BITS: BitTable = [
  ...CARD_INPUT_BITS,
  ...CVM_CAPABILITY_BITS.map((row) => ({ ...row, byte: 2 })),
  ...SECURITY_CAPABILITY_BITS.map((row) => ({ ...row, byte: 3 })),
];
