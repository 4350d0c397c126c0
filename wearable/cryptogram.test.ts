import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { computeCmac, computeMac } from './crypto/mac.ts';
import {
  computeArpcMethod1,
  computeArpcMethod2,
  computeCryptogram,
  computeDirectCryptogram,
  deriveSessionKey,
} from './cryptogram.ts';
import { EcKey } from './pki/ec-key.ts';

describe('AES-CMAC', () => {
  // NIST SP 800-38B, D.1.
  const key = hex('2B7E151628AED2A6ABF7158809CF4F3C');
  const message = hex(
    '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51' +
      '30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710',
  );
  test.each([
    [0, 'BB1D6929E95937287FA37D129B756746'],
    [16, '070A16B46B4D4144F79BDD9DD04A287C'],
    [40, 'DFA66747DE9AE63030CA32611497C827'],
    [64, '51F0BEBF7E3B9D92FC49741779363CFE'],
  ])('over %i bytes', (length, mac) => {
    expect(encodeHex(computeCmac(key, message.subarray(0, length)))).toBe(mac);
  });
});

describe('cryptograms that cards and public tools gave', () => {
  test('the MAC of a physical card, from its session key', () => {
    const data = hex(
      '0000000010000000000000000792000000000009492607260012345678390001E9A0C243A2070C' +
        '00000000000000FF00000000000000FF',
    );
    const mac = computeMac('tdes', hex('AC8729D32A1C90E76D95A56FB0AD2957'), data);
    expect(encodeHex(mac)).toBe('09CE06536A2E9E4D');
  });

  test('AES-256: the session key and the cryptogram', () => {
    const bytes = hex('14D63F23982740AC65B482BAF5913092D8132BAA4143A24D3CF437232711A507');
    const master = { algorithm: 'aes', bytes } as const;
    const atc = hex('0001');
    expect(encodeHex(deriveSessionKey(master, atc))).toBe(
      'A99C5840A0CBFBF093DEA740FFFFF5A241BFE9472968CC6E0B9EC76BA280CE0F',
    );
    const data = hex(
      '00000001000000000000100008400000001080084015112400111111111B8000' +
        '01A080032420000000000000000000',
    );
    expect(encodeHex(computeCryptogram(master, atc, data))).toBe('1847D8073E4D181D');
  });

  test('version 10 is made under the master key itself', () => {
    const bytes = hex('0123456789ABCDEFFEDCBA9876543210');
    const direct = computeDirectCryptogram({ algorithm: 'tdes', bytes }, hex('0102030405060708'));
    // Of one block, the retail MAC is TDES.
    expect(encodeHex(direct)).toBe('A85CEB8CDADFF808');
  });
});

describe('the answer of an issuer', () => {
  const key = hex('0123456789ABCDEFFEDCBA9876543210');
  const cryptogram = hex('FFEACC117CB15D62');

  test('method 1 is the cryptogram with the response code mixed in, enciphered', () => {
    const arpc = computeArpcMethod1('tdes', key, cryptogram, hex('3030'));
    // TDES of CFDACC117CB15D62.
    expect(encodeHex(arpc)).toBe('A01991CEC3F82953');
  });

  test('method 2, as a public calculator has it', () => {
    const master = { algorithm: 'tdes', bytes: hex('31089464674C73EC851A6E0737029D19') } as const;
    const session = deriveSessionKey(master, hex('005B'));
    const data = hex(
      '00000000100000000000000007920000000000094926072600123456783900005B06011203A0A8030F04' +
        '00000000000000000000',
    );
    expect(encodeHex(computeCryptogram(master, hex('005B'), data))).toBe('FFEACC117CB15D62');
    const arpc = computeArpcMethod2('tdes', session, cryptogram, hex('03920000'), hex(''));
    expect(encodeHex(arpc)).toBe('8DD58EF4');
  });
});

describe('EC-SDSA on P-256, the published Book E example', () => {
  const issuer = EcKey.fromScalar(
    hex('723222B51845E8B41A66263AE90E962148F9CCC3BE45B3E5902CEC0195F2AEAF'),
  );

  test('the key is the one whose y is smaller', () => {
    expect(encodeHex(issuer.x)).toBe(
      'F60DAECD42B48FCCA547D942204D6098F1A353A5CD25CBDF2EC1ABFD0170E0FC',
    );
    expect(encodeHex(issuer.y)).toBe(
      '6FD75EAAB356BE98BAA8E99A6FCE303F0C952BC02B4F566F096DD6EFF20C8FE8',
    );
  });

  test('the signature of its certificate', () => {
    const message = hex(
      '120054133390FF1020301231123456A000000004E0CD7400578B1164FEA954658C763C5A94FB3514FA' +
        '89DB5B3B447AE8F4D5DF870A',
    );
    const nonce = hex('049916F4FD4046C1DBA9FBBD41C5A9643BDC6978C42371DDCD5D725E144B6446');
    expect(encodeHex(issuer.sign(message, nonce))).toBe(
      '739061ADBC6FC71C8864EA9D3D6BAB5C9501C058D895FE0F69D92E22412953DC' +
        '1ACCCBBE60809C5694C739CA54CC3FF4CF0964E1B946C3ED00C4E572A5021988',
    );
  });

  test('two sides agree, and a blinded key agrees as the product of both', () => {
    const [a, b] = [EcKey.generate(), EcKey.generate()];
    expect(a.agree(b.x, b.y)).toEqual(b.agree(a.x, a.y));
    const factor = new Uint8Array(createHash('sha256').update('factor').digest());
    const blinded = a.blind(factor);
    expect(blinded.x).toEqual(EcKey.fromScalar(factor).agree(a.x, a.y));
    expect(blinded.agree(b.x, b.y)).toEqual(b.agree(blinded.x, blinded.y));
    expect(a.agree(b.x, b.x)).toBeUndefined();
  });
});
