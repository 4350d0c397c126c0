import { expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import { type BitTable, meaningsOf } from './bits.ts';

const TABLE: BitTable = [
  { byte: 1, bit: 8, meaning: 'first' },
  { byte: 1, bits: [3, 2], codes: { 0: '', 1: 'one', 2: 'two' } },
  { byte: 2, bit: 1, meaning: 'last' },
];

test.each([
  ['0000', []],
  ['8001', ['first', 'last']],
  ['8200', ['first', 'one']],
  ['0400', ['two']],
  ['0600', ['Reserved value 3 of byte 1, bits 3-2']],
  ['0180', ['Reserved: byte 1, bit 1', 'Reserved: byte 2, bit 8']],
  // A byte that is not there has nothing to say; one that is not in the table is reserved.
  ['80', ['first']],
  ['000004', ['Reserved: byte 3, bit 3']],
  ['', []],
])('%s', (value, expected) => {
  expect(meaningsOf(TABLE, hex(value))).toEqual(expected);
});
