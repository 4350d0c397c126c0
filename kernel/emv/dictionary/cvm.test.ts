import { expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import { cvmListMeanings, cvmResultMeanings } from './cvm.ts';

test('a list of a recorded card, a line a rule', () => {
  expect(cvmListMeanings(hex('000000000000000042014403410342031F00'))).toEqual([
    'Enciphered PIN verified online, if unattended cash; else the next',
    'Enciphered PIN verified by the card, if the terminal supports it; else the next',
    'Plaintext PIN verified by the card, if the terminal supports it; else the next',
    'Enciphered PIN verified online, if the terminal supports it; else the next',
    'No verification required, always; else fail',
  ]);
});

test('amounts are told where there are any', () => {
  expect(cvmListMeanings(hex('00001388000027101E061F09'))).toEqual([
    'X is 5000, Y is 10000 minor units',
    'Signature, if in the application currency and under X; else fail',
    'No verification required, if in the application currency and over Y; else fail',
  ]);
});

test.each([
  ['00000000000000', ['Too short for its two amounts']],
  ['0000000000000000', []],
  ['00000000000000001F', ['Half a rule at its end']],
  ['00000000000000002A80', ['Method 2A, condition 80; else fail']],
])('%s', (list, expected) => {
  expect(cvmListMeanings(hex(list))).toEqual(expected);
});

test.each([
  ['1F0302', 'No verification required, if the terminal supports it: successful'],
  ['1E0300', 'Signature, if the terminal supports it: unknown'],
  ['420300', 'Enciphered PIN verified online, if the terminal supports it: unknown'],
  ['410302', 'Plaintext PIN verified by the card, if the terminal supports it: successful'],
  ['3F0000', 'No verification performed: unknown'],
  ['3F0001', 'No verification performed: failed'],
  ['1F0007', 'No verification required, always: reserved result 7'],
])('results %s', (results, expected) => {
  expect(cvmResultMeanings(hex(results))).toEqual([expected]);
});
