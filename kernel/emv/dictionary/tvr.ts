import { type BitTable, meaningsOf } from './bits.ts';

const BYTES_1_TO_4: BitTable = [
  { byte: 1, bit: 8, meaning: 'Offline data authentication was not performed' },
  { byte: 1, bit: 7, meaning: 'SDA failed' },
  { byte: 1, bit: 6, meaning: 'ICC data missing' },
  { byte: 1, bit: 5, meaning: 'Card appears on terminal exception file' },
  { byte: 1, bit: 4, meaning: 'DDA failed' },
  { byte: 1, bit: 3, meaning: 'CDA failed' },
  { byte: 1, bit: 2, meaning: 'SDA selected' },
  { byte: 1, bit: 1, meaning: 'XDA selected' },
  { byte: 2, bit: 8, meaning: 'ICC and terminal have different application versions' },
  { byte: 2, bit: 7, meaning: 'Expired application' },
  { byte: 2, bit: 6, meaning: 'Application not yet effective' },
  { byte: 2, bit: 5, meaning: 'Requested service not allowed for card product' },
  { byte: 2, bit: 4, meaning: 'New card' },
  { byte: 2, bit: 2, meaning: 'Biometric performed and successful' },
  { byte: 2, bit: 1, meaning: 'Biometric template format not supported' },
  { byte: 3, bit: 8, meaning: 'Cardholder verification was not successful' },
  { byte: 3, bit: 7, meaning: 'Unrecognised CVM' },
  { byte: 3, bit: 6, meaning: 'PIN try limit exceeded' },
  { byte: 3, bit: 5, meaning: 'PIN entry required and PIN pad not present or not working' },
  { byte: 3, bit: 4, meaning: 'PIN entry required, PIN pad present, but PIN was not entered' },
  { byte: 3, bit: 3, meaning: 'Online PIN entered' },
  { byte: 3, bit: 2, meaning: 'Biometric required and its device not working' },
  { byte: 3, bit: 1, meaning: 'Biometric required, its device present, but it was bypassed' },
  { byte: 4, bit: 8, meaning: 'Transaction exceeds floor limit' },
  { byte: 4, bit: 7, meaning: 'Lower consecutive offline limit exceeded' },
  { byte: 4, bit: 6, meaning: 'Upper consecutive offline limit exceeded' },
  { byte: 4, bit: 5, meaning: 'Transaction selected randomly for online processing' },
  { byte: 4, bit: 4, meaning: 'Merchant forced transaction online' },
  { byte: 4, bit: 3, meaning: 'Biometric try limit exceeded' },
  { byte: 4, bit: 2, meaning: 'Selected biometric type not supported' },
  { byte: 4, bit: 1, meaning: 'XDA signature verification failed' },
];

const HIGH_OF_BYTE_5: BitTable = [
  { byte: 5, bit: 8, meaning: 'Default TDOL used' },
  { byte: 5, bit: 7, meaning: 'Issuer authentication failed' },
  { byte: 5, bit: 6, meaning: 'Script processing failed before final GENERATE AC' },
  { byte: 5, bit: 5, meaning: 'Script processing failed after final GENERATE AC' },
];

/** Terminal verification results of a contact transaction. Source: EMV 4.4 Book 3, C5. */
const CONTACT: BitTable = [
  ...BYTES_1_TO_4,
  ...HIGH_OF_BYTE_5,
  { byte: 5, bit: 3, meaning: 'CA ECC key missing' },
  { byte: 5, bit: 2, meaning: 'ECC key recovery failed' },
];

/** Whether the relay resistance protocol was performed. */
const RELAY_RESISTANCE = {
  byte: 5,
  bits: [2, 1],
  codes: {
    0: '',
    1: 'Relay resistance protocol not performed',
    2: 'Relay resistance protocol performed',
  },
} as const;

/** Those of kernel 2. Source: EMV Contactless Book C-2, annex A.1. */
const KERNEL2: BitTable = [
  ...BYTES_1_TO_4,
  ...HIGH_OF_BYTE_5,
  { byte: 5, bit: 4, meaning: 'Relay resistance threshold exceeded' },
  { byte: 5, bit: 3, meaning: 'Relay resistance time limits exceeded' },
  RELAY_RESISTANCE,
];

/** Those of kernel 8, whose layout is its own. Source: EMV Contactless Book C-8, A.1.131. */
const KERNEL8: BitTable = [
  { byte: 1, bit: 8, meaning: 'Local authentication was not performed' },
  { byte: 1, bit: 6, meaning: 'ICC data missing' },
  { byte: 1, bit: 3, meaning: 'Local authentication failed' },
  { byte: 3, bit: 8, meaning: 'Cardholder verification was not successful' },
  { byte: 3, bit: 3, meaning: 'Online PIN entered' },
  { byte: 4, bit: 8, meaning: 'Transaction exceeds floor limit' },
  { byte: 5, bit: 8, meaning: 'Layout of kernel 8' },
  { byte: 5, bit: 7, meaning: 'Application identifiers differ' },
  { byte: 5, bit: 4, meaning: 'Relay resistance threshold exceeded' },
  { byte: 5, bit: 3, meaning: 'Relay resistance time limits exceeded' },
  RELAY_RESISTANCE,
];

/** What terminal verification results (95), or an action code of their layout, say. */
export function tvrMeanings(value: Uint8Array, kernel?: number): readonly string[] {
  if (kernel === 2) return meaningsOf(KERNEL2, value);
  return meaningsOf(kernel === 8 ? KERNEL8 : CONTACT, value);
}
