import { encodeHex } from '../../bytes/hex.ts';
import { type BitTable, meaningsOf } from './bits.ts';
import { counterCodes, FIRST_CRYPTOGRAM, SECOND_CRYPTOGRAM } from './cvr.ts';

/**
 * Whether issuer application data look like Visa's: 06 first with three bytes of card verification
 * results, or 1F first and 32 bytes long.
 */
export function isVisa(value: Uint8Array): boolean {
  const isShort = value[0] === 0x06 && value.length >= 7 && value[3] === 0x03;
  return isShort || isLong(value);
}

/**
 * What Visa's issuer application data say: cryptogram versions 10, 17 and 18 in the short form (0A,
 * 11, 12), 22 in the long one. Source: as publicly described; the specification is not public.
 */
export function visaMeanings(value: Uint8Array): readonly string[] {
  if (isLong(value)) {
    const [, version = 0, keyIndex = 0] = value;
    return [
      `Visa, cryptogram version ${encodeHex(Uint8Array.of(version))}`,
      `Derivation key index ${keyIndex}`,
      ...meaningsOf(LONG_CVR, value.subarray(3, 8)),
    ];
  }
  const [, keyIndex = 0, version = 0] = value;
  const own = value.length - 7;
  return [
    `Visa, cryptogram version ${version}`,
    `Derivation key index ${keyIndex}`,
    ...meaningsOf(SHORT_CVR, value.subarray(3, 7)),
    ...(own > 0 ? [`${own} bytes of the issuer's own`] : []),
  ];
}

function isLong(value: Uint8Array): boolean {
  return value[0] === 0x1f && value.length === 32;
}

const COMMON: BitTable = [
  { ...SECOND_CRYPTOGRAM, byte: 2 },
  { ...FIRST_CRYPTOGRAM, byte: 2 },
  { byte: 2, bit: 4, meaning: 'Issuer authentication performed and failed' },
  { byte: 2, bit: 1, meaning: 'Unable to go online' },
  { byte: 3, bit: 8, meaning: 'Last online transaction not completed' },
  { byte: 3, bit: 7, meaning: 'PIN try limit exceeded' },
  { byte: 3, bit: 6, meaning: 'Velocity counters exceeded' },
  { byte: 3, bit: 5, meaning: 'New card' },
  { byte: 3, bit: 4, meaning: 'Issuer authentication failed on the last online transaction' },
  { byte: 3, bit: 3, meaning: 'Issuer authentication not performed after going online' },
  { byte: 3, bit: 2, meaning: 'Application blocked because the PIN try limit was exceeded' },
  { byte: 3, bit: 1, meaning: 'Static data authentication failed on the last transaction' },
  {
    byte: 4,
    bits: [8, 5],
    codes: counterCodes((count) => (count === 0 ? '' : `${count} scripts`)),
  },
  { byte: 4, bit: 4, meaning: 'Issuer script processing failed' },
  { byte: 4, bit: 3, meaning: 'Dynamic data authentication failed on the last transaction' },
  { byte: 4, bit: 2, meaning: 'Dynamic data authentication performed' },
  { byte: 4, bit: 1, meaning: 'PIN verification not received by a card that expects it' },
];

/** The first byte is the length of the rest. */
const SHORT_CVR: BitTable = [
  { byte: 1, bits: [8, 1], codes: { 3: '' } },
  ...COMMON,
  { byte: 2, bit: 3, meaning: 'Offline PIN verification performed' },
  { byte: 2, bit: 2, meaning: 'Offline PIN verification failed' },
];

const LONG_CVR: BitTable = [
  {
    byte: 1,
    bits: [8, 5],
    codes: {
      0: '',
      1: 'Verified by the payment application of the device',
      3: 'Verified by another application of the secure element',
      4: 'Verified by an application of the trusted execution environment',
      5: 'Verified by the mobile application',
      6: 'Verified by the terminal',
      7: 'Verified in the cloud',
      8: 'Verified by the operating system of the device',
    },
  },
  {
    byte: 1,
    bits: [4, 1],
    codes: {
      0: '',
      1: 'By passcode',
      2: 'By finger',
      3: 'By pattern',
      4: 'By face',
      5: 'By iris',
      6: 'By voice',
      7: 'By palm',
      13: 'By signature',
      14: 'By online PIN',
    },
  },
  ...COMMON,
  { byte: 2, bit: 3, meaning: 'Consumer device verification performed' },
  { byte: 5, bit: 8, meaning: 'Device is not in debug mode' },
  { byte: 5, bit: 7, meaning: 'Device is not rooted' },
  { byte: 5, bit: 6, meaning: 'Mobile application is not hooked' },
  { byte: 5, bit: 5, meaning: 'Mobile application is intact' },
  { byte: 5, bit: 4, meaning: 'Device has connectivity' },
  { byte: 5, bit: 3, meaning: 'Device is genuine' },
  { byte: 5, bit: 2, meaning: 'Consumer device verification performed' },
  { byte: 5, bit: 1, meaning: 'Secure messaging with EMV session keys' },
];
