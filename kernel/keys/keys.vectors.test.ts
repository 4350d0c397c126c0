import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { computeCryptogram } from './cryptogram.ts';
import { deriveCommonSessionKey, deriveIccMasterKey } from './emv-session-keys.ts';
import { retailMac } from './mac.ts';

function vectors(file: string) {
  const url = new URL(`../../test-vectors/keys/${file}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')).vectors;
}

describe('mac', () => {
  test.each(vectors('mac.json'))('$id', ({ input, expect: expected }) => {
    const mac = retailMac(hex(input.key), hex(input.data), input.padding);
    expect(encodeHex(mac.subarray(0, input.lengthBytes))).toBe(expected.mac);
  });
});

describe('emv.arqc', () => {
  test.each(vectors('emv-arqc.json'))('$id', ({ input, expect: expected }) => {
    const master = input.imk && deriveIccMasterKey(hex(input.imk), input.pan, input.psn);
    const session = input.atc ? deriveCommonSessionKey(master, hex(input.atc)) : master;
    const key = input.sk ? hex(input.sk) : session;
    const cryptogram = computeCryptogram(key, hex(input.data), input.padding);
    expect(encodeHex(cryptogram)).toBe(expected.cryptogram);
  });
});
