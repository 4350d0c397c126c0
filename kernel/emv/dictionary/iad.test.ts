import { expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import { iadMeanings } from './iad.ts';

const NOT_AGAIN = 'Second cryptogram not requested';

test.each([
  [
    '06010A03A00000',
    undefined,
    ['Visa, cryptogram version 10', 'Derivation key index 1', NOT_AGAIN, 'First cryptogram: ARQC'],
  ],
  [
    '06011103900000',
    3,
    ['Visa, cryptogram version 17', 'Derivation key index 1', NOT_AGAIN, 'First cryptogram: TC'],
  ],
  [
    '06011203A00000070103',
    3,
    [
      'Visa, cryptogram version 18',
      'Derivation key index 1',
      NOT_AGAIN,
      'First cryptogram: ARQC',
      "3 bytes of the issuer's own",
    ],
  ],
  ['06011A23804004', undefined, ["Of the issuer's or scheme's own coding"]],
  [
    `1F220100A0000000${'00'.repeat(24)}`,
    3,
    ['Visa, cryptogram version 22', 'Derivation key index 1', NOT_AGAIN, 'First cryptogram: ARQC'],
  ],
  [
    `1F22018124000040${'00'.repeat(24)}`,
    3,
    [
      'Visa, cryptogram version 22',
      'Derivation key index 1',
      'Verified by the operating system of the device',
      'By passcode',
      'Second cryptogram: AAC',
      'First cryptogram: ARQC',
      'Consumer device verification performed',
      'Device is not rooted',
    ],
  ],
  [
    '0110A040002C0000000000000000000007FF',
    undefined,
    [
      'M/Chip, cryptogram version 16',
      'Session key by Mastercard SKD',
      'Derivation key index 1',
      NOT_AGAIN,
      'First cryptogram: ARQC',
      'Combined data authentication in the first GENERATE AC',
      '0 PIN tries left',
      'Offline PIN verification not performed',
      'PIN try limit exceeded',
      'International transaction',
    ],
  ],
  [
    `0115A500030000000000${'00'.repeat(8)}`,
    2,
    [
      'M/Chip, cryptogram version 21',
      'Session key by EMV CSK',
      'Counters are in the data of the cryptogram',
      'Derivation key index 1',
      NOT_AGAIN,
      'First cryptogram: ARQC',
      'Offline PIN verification performed',
      'Offline PIN verification successful',
      '3 PIN tries left',
    ],
  ],
  [
    `0FA501A030000000${'00'.repeat(8)}0F${'00'.repeat(15)}`,
    undefined,
    [
      'Common core, identifier A5: TDES',
      'Derivation key index 1',
      NOT_AGAIN,
      'First cryptogram: ARQC',
      '3 PIN tries left',
    ],
  ],
  ['', undefined, []],
  ['0102', undefined, ["Of the issuer's or scheme's own coding"]],
])('%s in kernel %s', (value, kernel, expected) => {
  expect(iadMeanings(hex(value), kernel)).toEqual(expected);
});

test("26 bytes of M/Chip Advance are M/Chip's", () => {
  const value = hex('22108D0203040005000000000000000000FF00000000000000FF');
  expect(iadMeanings(value).slice(0, 3)).toEqual([
    'M/Chip, cryptogram version 16',
    'Session key by Mastercard SKD',
    'Derivation key index 34',
  ]);
});

test('the kernel decides between codings that look alike', () => {
  const alike = hex(`061003${'03A00000'}${'00'.repeat(11)}`);
  expect(iadMeanings(alike, 2)[0]).toBe('M/Chip, cryptogram version 16');
  expect(iadMeanings(alike, 3)[0]).toBe('Visa, cryptogram version 3');
});
