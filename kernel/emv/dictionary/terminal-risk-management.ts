import type { BitTable } from './bits.ts';

/**
 * Terminal risk management data (9F1D), of which bytes 1 to 4 are in use. Source: EMV Contactless
 * Book C-2, annex A.1; Book C-8, A.1.129.
 */
export const TERMINAL_RISK_MANAGEMENT_BITS: BitTable = [
  { byte: 1, bit: 8, meaning: 'Restart supported' },
  { byte: 1, bit: 7, meaning: 'Enciphered PIN verified online (contactless)' },
  { byte: 1, bit: 6, meaning: 'Signature (contactless)' },
  { byte: 1, bit: 5, meaning: 'Enciphered PIN verified by the card (contactless)' },
  { byte: 1, bit: 4, meaning: 'No verification required (contactless)' },
  { byte: 1, bit: 3, meaning: 'Consumer device verification (contactless)' },
  { byte: 1, bit: 2, meaning: 'Plaintext PIN verified by the card (contactless)' },
  { byte: 1, bit: 1, meaning: 'Present and hold supported' },
  { byte: 2, bit: 8, meaning: 'CVM limit exceeded' },
  { byte: 2, bit: 7, meaning: 'Enciphered PIN verified online (contact)' },
  { byte: 2, bit: 6, meaning: 'Signature (contact)' },
  { byte: 2, bit: 5, meaning: 'Enciphered PIN verified by the card (contact)' },
  { byte: 2, bit: 4, meaning: 'No verification required (contact)' },
  { byte: 2, bit: 3, meaning: 'Consumer device verification (contact)' },
  { byte: 2, bit: 2, meaning: 'Plaintext PIN verified by the card (contact)' },
  { byte: 3, bit: 8, meaning: 'Magnetic stripe mode not supported (contactless)' },
  { byte: 3, bit: 7, meaning: 'EMV mode not supported (contactless)' },
  { byte: 3, bit: 6, meaning: 'Consumer device verification without CDA supported' },
  { byte: 4, bit: 8, meaning: 'Bypass of consumer device verification requested' },
  { byte: 4, bit: 7, meaning: 'Exempt from strong customer authentication' },
];
