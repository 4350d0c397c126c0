import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeArpcMethod1 } from '#kernel/keys/cryptogram.ts';
import { retailMac } from '#kernel/keys/mac.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { tdesDecrypt, tdesEncrypt, tdesKey } from '#kernel/keys/tdes.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const blocks = fc.nat(6).chain((count) => bytes(count * 8));

/** Two-key triple DES as three keys, which is what OpenSSL takes everywhere. */
function threeKeys(key: Uint8Array): Uint8Array {
  return key.length === 24 ? key : Buffer.concat([key, key.subarray(0, 8)]);
}

function opensslEncrypt(key: Uint8Array, data: Uint8Array): string {
  const cipher = createCipheriv('des-ede3-ecb', threeKeys(key), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()])
    .toString('hex')
    .toUpperCase();
}

/** Single DES is triple DES with one key three times. */
function singleDes(key: Uint8Array): Uint8Array {
  return Buffer.concat([key, key, key]);
}

describe('triple DES agrees with OpenSSL', () => {
  test.each([16, 24])('keys of %i bytes', (length) => {
    fc.assert(
      fc.property(bytes(length), blocks, (key, data) => {
        const enciphered = tdesEncrypt(tdesKey(key), data);
        expect(encodeHex(enciphered)).toBe(opensslEncrypt(key, data));
        expect(tdesDecrypt(tdesKey(key), enciphered)).toEqual(data);
      }),
    );
  });

  test('one key of 8 bytes is single DES', () => {
    fc.assert(
      fc.property(bytes(8), bytes(8), (key, data) => {
        expect(encodeHex(tdesEncrypt(tdesKey(key), data))).toBe(
          opensslEncrypt(singleDes(key), data),
        );
      }),
    );
  });

  test('takes no other lengths', () => {
    for (const length of [0, 7, 9, 15, 32]) {
      expect(() => tdesKey(new Uint8Array(length))).toThrow(RangeError);
    }
    expect(() => tdesEncrypt(tdesKey(new Uint8Array(16)), new Uint8Array(7))).toThrow(RangeError);
  });
});

test('the retail MAC is a DES chain with one triple step at its end', () => {
  fc.assert(
    fc.property(bytes(16), fc.uint8Array({ maxLength: 60 }), (key, data) => {
      const padded = Buffer.alloc((Math.floor(data.length / 8) + 1) * 8);
      padded.set(data);
      padded[data.length] = 0x80;
      const [left, right] = [key.subarray(0, 8), key.subarray(8)];
      const iv = Buffer.alloc(8);
      const chain = createCipheriv('des-ede3-cbc', singleDes(left), iv).setAutoPadding(false);
      const last = Buffer.concat([chain.update(padded), chain.final()]).subarray(-8);
      const back = createDecipheriv('des-ede3-ecb', singleDes(right), null).setAutoPadding(false);
      const middle = Buffer.concat([back.update(last), back.final()]);
      expect(encodeHex(expectOk(retailMac(new SecretKey(key), data, 2)))).toBe(
        opensslEncrypt(singleDes(left), middle),
      );
    }),
  );
});

test('ARPC method 1 enciphers the ARQC with the response code mixed in', () => {
  fc.assert(
    fc.property(bytes(16), bytes(8), bytes(2), (key, arqc, arc) => {
      const mixed = arqc.map((byte, i) => byte ^ (arc[i] ?? 0));
      const arpc = expectOk(computeArpcMethod1('tdes', new SecretKey(key), arqc, arc));
      expect(encodeHex(arpc)).toBe(opensslEncrypt(key, mixed));
    }),
  );
});
