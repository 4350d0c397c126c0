import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import type { CardPlace } from './card-objects.ts';
import { storeCardData, storeObjectOf } from './store-card-data.ts';
import { TlvDatabase } from './tlv-database.ts';

const store = (bytes: string, place: CardPlace = 'record', known: [string, string][] = []) => {
  const data = new TlvDatabase(known.map(([tag, value]) => [tag, hex(value)] as const));
  return { isStored: storeCardData(data, hex(bytes), place), data };
};

const PAN = '5A085413330089020029';
const TRACK2 = '57105413330089020029D301220100000000';

describe('what is taken', () => {
  test('a record, with padding and unknown objects', () => {
    const { isStored, data } = store('701500005F3401019F2301039F1F0430303030DF610104');
    expect(isStored).toBe(true);
    expect(encodeHex(data.get('5F34'))).toBe('01');
    expect(data.isPresent('9F23')).toBe(false);
    expect(data.isPresent('DF61')).toBe(false);
  });

  test('an FCI, as deep as it is', () => {
    const { isStored, data } = store('6F148407A0000000041010A509BF0C069F5D03010200', 'fci');
    expect(isStored).toBe(true);
    expect(encodeHex(data.get('9F5D'))).toBe('010200');
  });

  test('track 2 of the same PAN', () => {
    expect(store(`701C${PAN}${TRACK2}`).isStored).toBe(true);
  });

  test('an empty object of variable length, which counts as absent', () => {
    const { isStored, data } = store('70039F5100');
    expect(isStored).toBe(true);
    expect(data.isNotEmpty('9F51')).toBe(false);
  });

  test('one in the place of an empty one', () => {
    expect(store('70065F24033012', 'record', [['5F24', '']]).isStored).toBe(false);
    expect(store('70065F2403301231', 'record', [['5F24', '']]).isStored).toBe(true);
  });
});

test.each<[string, string, CardPlace, [string, string][]]>([
  ['nothing', '', 'record', []],
  ['no BER-TLV', '7003', 'record', []],
  ['another template', '77045F340101', 'record', []],
  ['two templates', '70045F34010170045F280200', 'record', []],
  ['a primitive object', '5F340101', 'record', []],
  ['an object that is there', '70045F340101', 'record', [['5F34', '01']]],
  ['an object twice', '70085F3401015F340101', 'record', []],
  ['one too long', '70055F34020101', 'record', []],
  ['one too short', '70055F24023012', 'record', []],
  ['one of another place', '70079F3602000782', 'record', []],
  ['a record’s object in the FCI', '6F045F340101', 'fci', []],
  ['the amount', '70099F0206000000000001', 'record', []],
  ['the TVR', '770795050000000000', 'answer', []],
  ['the unpredictable number', '77079F370400000000', 'answer', []],
  ['track 2 of another PAN', `701C5A085413330089020037${TRACK2}`, 'record', []],
  ['a PAN other than that of track 2', `7014${TRACK2.slice(0, 36)}`, 'record', [['5A', '47']]],
  ['track 2 that is none', '7006570412345678', 'record', []],
])('refused: %s', (_, bytes, place, known) => {
  expect(store(bytes, place, known).isStored).toBe(false);
});

test('the answer to GET DATA is the object asked for, alone', () => {
  const data = new TlvDatabase([]);
  const balance = '9F5006000000012345';
  expect(storeObjectOf(data, hex(balance), '9F75')).toBe(false);
  expect(storeObjectOf(data, hex(`${balance}9F750111`), '9F50')).toBe(false);
  expect(storeObjectOf(data, hex('9F50050000000123'), '9F50')).toBe(false);
  expect(storeObjectOf(data, hex(balance), '9F50')).toBe(true);
  expect(storeObjectOf(data, hex(balance), '9F50')).toBe(false);
});

test('arbitrary bytes are refused or taken, and never throw', () => {
  const place = fc.constantFrom<CardPlace[]>('fci', 'record', 'answer');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), place, (bytes, where) => {
      expect(typeof storeCardData(new TlvDatabase([]), bytes, where)).toBe('boolean');
    }),
  );
});

test('every truncation of a record is refused', () => {
  const record = `701C${PAN}${TRACK2}`;
  for (let length = 0; length < record.length; length += 2) {
    expect(store(record.slice(0, length)).isStored).toBe(false);
  }
});
