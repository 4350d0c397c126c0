import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import {
  exchangeRelayResistanceData,
  externalAuthenticate,
  generateAc,
  getChallenge,
  getData,
  getProcessingOptions,
  internalAuthenticate,
  readData,
  selectNext,
  verify,
  writeData,
} from './apdu.ts';

describe('commands', () => {
  test.each([
    [selectNext(hex('A000000003')), '00A4040205A00000000300'],
    [getProcessingOptions(hex('')), '80A8000002830000'],
    [generateAc(0x90, hex('0102')), '80AE900002010200'],
    [generateAc(0x40, hex('')), '80AE400000'],
    [generateAc(0x40, hex(''), true), '80AE408000'],
    [generateAc(0x80, hex('0102'), true), '80AE808002010200'],
    [exchangeRelayResistanceData(hex('11223344')), '80EA0000041122334400'],
    [readData('9F8111'), '84320000039F811100'],
    [writeData(hex('AABB'), true), '8434008002AABB00'],
    [writeData(hex('AABB'), false), '8434000002AABB00'],
    [internalAuthenticate(hex('01234567')), '00880000040123456700'],
    [externalAuthenticate(hex('1122334455667788')), '00820000081122334455667788'],
    [verify(0x80, hex('241234FFFFFFFFFF')), '0020008008241234FFFFFFFFFF'],
    [getChallenge(), '0084000000'],
    [getData('9F17'), '80CA9F1700'],
  ])('%#: as the book has it', (command, expected) => {
    expect(encodeHex(command)).toBe(expected);
  });

  test('PDOL data of 128 bytes and more take a length of two bytes', () => {
    const command = encodeHex(getProcessingOptions(new Uint8Array(128)));
    expect(command.slice(0, 18)).toBe('80A800008383818000');
  });
});
