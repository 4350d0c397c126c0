import type { BitTable } from './bits.ts';

/** Terminal transaction qualifiers (9F66). Source: EMV Contactless Book A, 5.7. */
export const TTQ_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Magnetic stripe mode supported' },
  { byte: 1, bit: 6, meaning: 'EMV mode supported' },
  { byte: 1, bit: 5, meaning: 'Contact chip supported' },
  { byte: 1, bit: 4, meaning: 'Offline-only reader' },
  { byte: 1, bit: 3, meaning: 'Online PIN supported' },
  { byte: 1, bit: 2, meaning: 'Signature supported' },
  { byte: 1, bit: 1, meaning: 'Offline data authentication for online authorisations supported' },
  { byte: 2, bit: 8, meaning: 'Online cryptogram required' },
  { byte: 2, bit: 7, meaning: 'Cardholder verification required' },
  { byte: 2, bit: 6, meaning: 'Offline PIN supported (contact)' },
  { byte: 3, bit: 8, meaning: 'Issuer update supported' },
  { byte: 3, bit: 7, meaning: 'Consumer device verification supported' },
  { byte: 3, bit: 4, meaning: 'Consumer device verification required' },
  { byte: 4, bit: 8, meaning: 'fDDA version 1.0 supported' },
];
