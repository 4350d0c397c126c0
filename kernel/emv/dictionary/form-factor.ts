import { type BitTable, meaningsOf } from './bits.ts';

/** Source: EMV Contactless Book C-3, annex A.2; version 1 of the coding, as publicly described. */
const VERSION_1: BitTable = [
  { byte: 1, bits: [8, 6], codes: { 1: 'Version 1' } },
  {
    byte: 1,
    bits: [5, 1],
    codes: {
      0: 'Card',
      1: 'Mini-card',
      2: 'Not a card',
      3: 'Mobile phone',
      4: 'Worn on the wrist',
    },
  },
  { byte: 2, bit: 8, meaning: 'Capable of a passcode' },
  { byte: 2, bit: 7, meaning: 'Has a signature panel' },
  { byte: 2, bit: 6, meaning: 'Has a hologram' },
  { byte: 2, bit: 5, meaning: 'Has a CVV2' },
  { byte: 2, bit: 4, meaning: 'Capable of messages both ways' },
  { byte: 2, bit: 3, meaning: 'Credentials in the cloud' },
  { byte: 2, bit: 2, meaning: 'Capable of biometric verification' },
  { byte: 4, bits: [4, 1], codes: { 0: 'Contactless by ISO 14443', 1: 'Not contactless' } },
];

/** What a form factor indicator (9F6E of kernel 3) says. */
export function formFactorMeanings(value: Uint8Array): readonly string[] {
  const [first = 0] = value;
  if (value.length === 4 && first >> 5 === 1) return meaningsOf(VERSION_1, value);
  return [`Version ${first >> 5} of the coding is not known`];
}
