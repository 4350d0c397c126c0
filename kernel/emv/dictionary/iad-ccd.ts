import { encodeHex } from '../../bytes/hex.ts';
import { type BitTable, meaningsOf } from './bits.ts';
import { counterCodes, FIRST_CRYPTOGRAM, SECOND_CRYPTOGRAM } from './cvr.ts';

/** Whether issuer application data follow the common core definitions, format A. */
export function isCcd(value: Uint8Array): boolean {
  const [first, identifier = 0] = value;
  return value.length === 32 && first === 0x0f && value[16] === 0x0f && identifier >> 4 === 0x0a;
}

/** What they say. Source: EMV 4.4 Book 3, annex C7 and C9. */
export function ccdMeanings(value: Uint8Array): readonly string[] {
  const [, identifier = 0, keyIndex = 0] = value;
  const cipher = CIPHERS[identifier & 0x0f] ?? 'reserved cipher';
  return [
    `Common core, identifier ${encodeHex(Uint8Array.of(identifier))}: ${cipher}`,
    `Derivation key index ${keyIndex}`,
    ...meaningsOf(CVR, value.subarray(3, 8)),
  ];
}

const CIPHERS: Readonly<Record<number, string>> = { 5: 'TDES', 6: 'AES' };

const CVR: BitTable = [
  { ...SECOND_CRYPTOGRAM, byte: 1 },
  { ...FIRST_CRYPTOGRAM, byte: 1 },
  { byte: 1, bit: 4, meaning: 'Combined data authentication performed' },
  { byte: 1, bit: 3, meaning: 'Dynamic data authentication performed' },
  { byte: 1, bit: 2, meaning: 'Issuer authentication not performed' },
  { byte: 1, bit: 1, meaning: 'Issuer authentication failed' },
  { byte: 2, bits: [8, 5], codes: counterCodes((count) => `${count} PIN tries left`) },
  { byte: 2, bit: 4, meaning: 'Offline PIN verification performed' },
  { byte: 2, bit: 3, meaning: 'Offline PIN verification failed' },
  { byte: 2, bit: 2, meaning: 'PIN try limit exceeded' },
  { byte: 2, bit: 1, meaning: 'Last online transaction not completed' },
  { byte: 3, bit: 8, meaning: 'Lower offline transaction count limit exceeded' },
  { byte: 3, bit: 7, meaning: 'Upper offline transaction count limit exceeded' },
  { byte: 3, bit: 6, meaning: 'Lower cumulative offline amount limit exceeded' },
  { byte: 3, bit: 5, meaning: 'Upper cumulative offline amount limit exceeded' },
  { byte: 3, bit: 4, meaning: 'Issuer discretionary bit 1' },
  { byte: 3, bit: 3, meaning: 'Issuer discretionary bit 2' },
  { byte: 3, bit: 2, meaning: 'Issuer discretionary bit 3' },
  { byte: 3, bit: 1, meaning: 'Issuer discretionary bit 4' },
  {
    byte: 4,
    bits: [8, 5],
    codes: counterCodes((count) => (count === 0 ? '' : `${count} scripts`)),
  },
  { byte: 4, bit: 4, meaning: 'Issuer script processing failed' },
  { byte: 4, bit: 3, meaning: 'Offline data authentication failed on previous transaction' },
  { byte: 4, bit: 2, meaning: 'Go online on next transaction was set' },
  { byte: 4, bit: 1, meaning: 'Unable to go online' },
];
