import { describe, expect, test } from 'vitest';
import { encodeHex } from '../../../bytes/hex.ts';
import { computeDsDigest, isDsIdOfCard } from './integrated-data-storage.ts';
import { transactionOf } from './transaction.fixture.ts';

const STORAGE = {
  '9F5D': '010000',
  '9F5E': '541333008902002901',
  '9F5C': 'A1B2C3D4E5F60718',
  DF8109: '0011223344556677',
  DF62: '00',
};

describe('digest', () => {
  const digest = (changes: Record<string, string>) => {
    const bytes = computeDsDigest(transactionOf({ ...STORAGE, ...changes }).data);
    return bytes && encodeHex(bytes);
  };

  // Computed with OpenSSL by the same formulas.
  test.each([
    ['version 1', {}, '6332F78CC0F357E6'],
    ['version 2', { '9F5D': '020000' }, 'AD196CA0D8807694'],
    [
      'version 1, volatile data in a permanent slot',
      { '9F6F': '80', DF62: '40' },
      '16C737F45AF9F976',
    ],
    ['version 2, the same', { '9F5D': '020000', '9F6F': '80', DF62: '40' }, '974467EA10952E61'],
    ['volatile data in a volatile slot', { '9F6F': '00', DF62: '40' }, '6332F78CC0F357E6'],
  ])('of %s', (_, changes, expected) => {
    expect(digest(changes)).toBe(expected);
  });

  test.each([
    ['no input', { DF8109: '' }],
    ['a short operator', { '9F5C': 'A1B2' }],
    ['a short identifier', { '9F5E': '5413' }],
    ['an identifier that is no number', { '9F5E': '5413FF008902002901' }],
  ])('none of %s', (_, changes) => expect(digest(changes)).toBeUndefined());
});

test.each([
  ['541333008902002901', '5413330089020029', '01', true],
  ['541333008902002900', '5413330089020029', '', true],
  ['541333008902002901', '5413330089020029', '02', false],
  ['0541333008902002912301', '5413330089020029123F', '01', true],
  ['0054133300890201', '541333008902', '01', true],
])('identifier %s of card %s %s: %s', (dsId, pan, sequence, isOfCard) => {
  const { data } = transactionOf({ '9F5E': dsId, '5A': pan, '5F34': sequence });
  expect(isDsIdOfCard(data)).toBe(isOfCard);
});
