import type { BitTable } from './bits.ts';

/** Card transaction qualifiers (9F6C). Source: EMV Contactless Book C-3, annex A.2. */
export const CTQ_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Online PIN required' },
  { byte: 1, bit: 7, meaning: 'Signature required' },
  { byte: 1, bit: 6, meaning: 'Go online if offline authentication fails' },
  { byte: 1, bit: 5, meaning: 'Switch interface if offline authentication fails' },
  { byte: 1, bit: 4, meaning: 'Go online if the application is expired' },
  { byte: 1, bit: 3, meaning: 'Switch interface for cash' },
  { byte: 1, bit: 2, meaning: 'Switch interface for cashback' },
  { byte: 1, bit: 1, meaning: 'Not valid for contactless ATM transactions' },
  { byte: 2, bit: 8, meaning: 'Verified on the consumer device' },
  { byte: 2, bit: 7, meaning: 'Issuer update supported' },
];
