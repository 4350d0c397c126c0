import { type BitTable, meaningsOf } from './bits.ts';

/** The first byte is the same for all but kernel 8. Source: EMV 4.4 Book 3, C1. */
const BYTE_1: BitTable = [
  { byte: 1, bit: 8, meaning: 'Extended data authentication supported' },
  { byte: 1, bit: 7, meaning: 'Static data authentication supported' },
  { byte: 1, bit: 6, meaning: 'Dynamic data authentication supported' },
  { byte: 1, bit: 5, meaning: 'Cardholder verification supported' },
  { byte: 1, bit: 4, meaning: 'Terminal risk management to be performed' },
  { byte: 1, bit: 3, meaning: 'Issuer authentication supported' },
  { byte: 1, bit: 2, meaning: 'Consumer device verification supported' },
  { byte: 1, bit: 1, meaning: 'Combined data authentication supported' },
];

/**
 * A card does not say on which interface it was asked, so the second byte is read as the
 * contactless books have it: contact reserves it for them. Source: EMV Contactless Book C-2, annex
 * A.1; Book C-3, annex A.2, which no longer uses bit 8.
 */
const COMMON: BitTable = [
  ...BYTE_1,
  { byte: 2, bit: 8, meaning: 'EMV mode supported (contactless)' },
  { byte: 2, bit: 7, meaning: 'Mobile phone (contactless)' },
  { byte: 2, bit: 6, meaning: 'Contactless transaction' },
  { byte: 2, bit: 1, meaning: 'Relay resistance protocol supported' },
];

/** Those of kernel 8, as publicly described. Source: EMV Contactless Book C-8, A.1.14. */
const KERNEL8: BitTable = [
  { byte: 1, bit: 1, meaning: 'Local authentication supported' },
  { byte: 2, bit: 4, meaning: 'Offline approval possible' },
  {
    byte: 2,
    bits: [3, 2],
    codes: {
      0: '',
      1: 'IAD MAC copied into the issuer application data at the default offset',
      2: 'IAD MAC copied into the issuer application data at the offset of the card',
    },
  },
  { byte: 2, bit: 1, meaning: 'Relay resistance protocol supported' },
];

/** What the application interchange profile (82) says. */
export function aipMeanings(value: Uint8Array, kernel?: number): readonly string[] {
  return meaningsOf(kernel === 8 ? KERNEL8 : COMMON, value);
}
