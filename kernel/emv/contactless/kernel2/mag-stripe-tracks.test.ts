import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLatin1, encodeAscii } from '../../../bytes/ascii.ts';
import { hex } from '../../../bytes/hex.ts';
import {
  encodeTrack1Data,
  encodeTrack2Data,
  parseTrack1Data,
  parseTrack2Data,
  unpredictableDigits,
  writeDigits,
} from './mag-stripe-tracks.ts';

const POSITIONS = { cvc3: hex('000E'), numberAndAtc: hex('0E70'), atcDigits: 3 };

describe('digits', () => {
  test('of a recorded card: CVC3 41668, number 893, counter 1017', () => {
    const digits = { cvc3: 41668, unpredictableNumber: 893, atc: 1017, lastDigit: 3 };
    expect(writeDigits('9000990000000', POSITIONS, digits)).toBe('9017998936683');
  });

  test('that are fewer than their places are led by zeros', () => {
    const digits = { cvc3: 1, unpredictableNumber: 2, atc: 3, lastDigit: 4 };
    expect(writeDigits('9999999999999', POSITIONS, digits)).toBe('9003990020014');
  });

  test('none of the counter: every place is the number’s', () => {
    const positions = { ...POSITIONS, numberAndAtc: hex('00F0'), atcDigits: 0 };
    const digits = { cvc3: 123, unpredictableNumber: 4567, atc: 9, lastDigit: 4 };
    expect(writeDigits('0000000000', positions, digits)).toBe('0045671234');
  });

  test('only marked places and the last one change', () => {
    const bitmap = fc.uint8Array({ minLength: 2, maxLength: 2 });
    const number = fc.nat({ max: 99_999_999 });
    fc.assert(
      fc.property(bitmap, bitmap, fc.nat({ max: 16 }), number, (cvc3, numberAndAtc, natc, n) => {
        const positions = { cvc3, numberAndAtc, atcDigits: natc };
        if (unpredictableDigits(positions, 16) === undefined) return;
        const digits = { cvc3: n % 65_536, unpredictableNumber: n, atc: n % 65_536, lastDigit: 5 };
        const written = writeDigits('xxxxxxxxxxxxxxxx', positions, digits);
        const marked = ((cvc3[0] ?? 0) << 8) | (cvc3[1] ?? 0);
        const others = ((numberAndAtc[0] ?? 0) << 8) | (numberAndAtc[1] ?? 0);
        const expected = [...Array(16).keys()].map(
          (place) => place === 0 || (((marked | others) >> place) & 1) !== 0,
        );
        expect([...written].reverse().map((one) => one !== 'x')).toEqual(expected);
      }),
    );
  });

  test.each([
    ['three', POSITIONS, 13, 3],
    ['a place outside', POSITIONS, 11, undefined],
    ['more of the counter than there are', { ...POSITIONS, atcDigits: 7 }, 13, undefined],
    ['all of the counter', { ...POSITIONS, atcDigits: 6 }, 13, 0],
    ['nine', { ...POSITIONS, numberAndAtc: hex('1FF0'), atcDigits: 0 }, 16, undefined],
    ['eight', { ...POSITIONS, numberAndAtc: hex('0FF0'), atcDigits: 0 }, 16, 8],
  ])('of the number: %s', (_, positions, length, expected) => {
    expect(unpredictableDigits(positions, length)).toBe(expected);
  });
});

describe('track 2', () => {
  test.each([
    '5413339000001513D49121019000990000000F',
    '5413339000001513D4912101900099000000',
    '5413339000001513D4912101',
  ])('%s is written as it was read', (text) => {
    const track = parseTrack2Data(hex(text.length % 2 === 0 ? text : `${text}F`));
    expect(track).toBeDefined();
    if (track) expect(encodeTrack2Data(track)).toEqual(hex(text));
  });

  test.each(['', '54', '5413339000001513D491210', '541333900000151349121019', 'D4912101FFFF'])(
    '%s is none',
    (text) =>
      expect(parseTrack2Data(hex(text.length % 2 === 0 ? text : `${text}F`))).toBeUndefined(),
  );
});

describe('track 1', () => {
  const TEXT = 'B5413330056003511^CUSTO IMP MC 351/^14121010677550 0';

  test('is written as it was read', () => {
    const track = parseTrack1Data(encodeAscii(TEXT));
    expect(track?.discretionaryData).toBe('0677550 0');
    if (track) expect(decodeLatin1(encodeTrack1Data(track))).toBe(TEXT);
  });

  test.each(['', 'A123^X^1412101', 'B123^X^141210', 'B123^X', `${TEXT}\n`, `${TEXT}é`])(
    '%j is none',
    (text) => {
      const bytes = Uint8Array.from([...text], (one) => one.charCodeAt(0));
      expect(parseTrack1Data(bytes)).toBeUndefined();
    },
  );

  test('arbitrary bytes are none or written as they were read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const track = parseTrack1Data(bytes);
        if (track) expect(encodeTrack1Data(track)).toEqual(bytes);
        parseTrack2Data(bytes);
      }),
    );
  });
});
