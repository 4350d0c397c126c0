import { type BitTable, meaningsOf } from './bits.ts';
import { counterCodes, FIRST_CRYPTOGRAM, SECOND_CRYPTOGRAM } from './cvr.ts';

const LENGTHS: readonly number[] = [18, 20, 26, 28];

/** Whether issuer application data look like M/Chip's: the length, and 1x for the version. */
export function isMchip(value: Uint8Array): boolean {
  return LENGTHS.includes(value.length) && (value[1] ?? 0) >> 4 === 1;
}

/**
 * What M/Chip's issuer application data say: cryptogram versions 16 to 21 (10 to 15). Source: as
 * publicly described in M/Chip Requirements; the specification is not public.
 */
export function mchipMeanings(value: Uint8Array): readonly string[] {
  const [keyIndex = 0, version = 0] = value;
  const [sessionKey, counters] = [SESSION_KEYS[(version >> 1) & 3], (version & 1) !== 0];
  return [
    `M/Chip, cryptogram version ${version}`,
    sessionKey ?? 'Reserved session key derivation',
    ...(counters ? ['Counters are in the data of the cryptogram'] : []),
    `Derivation key index ${keyIndex}`,
    ...meaningsOf(CVR, value.subarray(2, 8)),
  ];
}

const SESSION_KEYS: readonly (string | undefined)[] = [
  'Session key by Mastercard SKD',
  'Session key by EMV2000',
  'Session key by EMV CSK',
];

const CVR: BitTable = [
  { ...SECOND_CRYPTOGRAM, byte: 1 },
  { ...FIRST_CRYPTOGRAM, byte: 1 },
  { byte: 1, bit: 4, meaning: 'Date check failed' },
  { byte: 1, bit: 3, meaning: 'Offline PIN verification performed' },
  { byte: 1, bit: 2, meaning: 'Offline enciphered PIN verification performed' },
  { byte: 1, bit: 1, meaning: 'Offline PIN verification successful' },
  { byte: 2, bit: 8, meaning: 'Dynamic data authentication performed' },
  { byte: 2, bit: 7, meaning: 'Combined data authentication in the first GENERATE AC' },
  { byte: 2, bit: 6, meaning: 'Combined data authentication in the second GENERATE AC' },
  { byte: 2, bit: 5, meaning: 'Issuer authentication performed' },
  { byte: 2, bit: 4, meaning: 'Default action codes skipped on a CAT 3' },
  { byte: 2, bit: 3, meaning: 'Offline PIN change successful' },
  { byte: 2, bit: 2, meaning: 'Issuer discretionary bit 2' },
  { byte: 2, bit: 1, meaning: 'Issuer discretionary bit 1' },
  {
    byte: 3,
    bits: [8, 5],
    codes: counterCodes((count) => (count === 0 ? '' : `Script counter ${count}`)),
  },
  { byte: 3, bits: [4, 1], codes: counterCodes((count) => `${count} PIN tries left`) },
  { byte: 4, bit: 8, meaning: 'Last online transaction not completed' },
  { byte: 4, bit: 7, meaning: 'Unable to go online' },
  { byte: 4, bit: 6, meaning: 'Offline PIN verification not performed' },
  { byte: 4, bit: 5, meaning: 'Offline PIN verification failed' },
  { byte: 4, bit: 4, meaning: 'PIN try limit exceeded' },
  { byte: 4, bit: 3, meaning: 'International transaction' },
  { byte: 4, bit: 2, meaning: 'Domestic transaction' },
  { byte: 4, bit: 1, meaning: 'Terminal wrongly considers the offline PIN right' },
  { byte: 5, bit: 8, meaning: 'Lower limit of counter 1 exceeded' },
  { byte: 5, bit: 7, meaning: 'Upper limit of counter 1 exceeded' },
  { byte: 5, bit: 6, meaning: 'Lower limit of accumulator 1 exceeded' },
  { byte: 5, bit: 5, meaning: 'Upper limit of accumulator 1 exceeded' },
  { byte: 5, bit: 4, meaning: 'Go online on next transaction was set' },
  { byte: 5, bit: 3, meaning: 'Issuer authentication failed' },
  { byte: 5, bit: 2, meaning: 'Script received' },
  { byte: 5, bit: 1, meaning: 'Script failed' },
  { byte: 6, bit: 8, meaning: 'Lower limit of counter 2 exceeded' },
  { byte: 6, bit: 7, meaning: 'Upper limit of counter 2 exceeded' },
  { byte: 6, bit: 6, meaning: 'Lower limit of accumulator 2 exceeded' },
  { byte: 6, bit: 5, meaning: 'Upper limit of accumulator 2 exceeded' },
  { byte: 6, bit: 4, meaning: 'Maximum transaction amount exceeded' },
  { byte: 6, bit: 3, meaning: 'Number of days offline exceeded' },
  { byte: 6, bit: 2, meaning: 'Match found in the additional check table' },
  { byte: 6, bit: 1, meaning: 'No match found in the additional check table' },
];
