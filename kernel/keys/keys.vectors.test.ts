import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { computeCryptogram } from './cryptogram.ts';
import { deriveCommonSessionKey, deriveIccMasterKey } from './emv-session-keys.ts';
import { retailMac } from './mac.ts';

/** What the vectors of both kinds have in their input. */
interface KeyInput {
  readonly imk?: string;
  readonly pan: string;
  readonly psn: string;
  readonly atc?: string;
  readonly sk?: string;
  readonly key: string;
  readonly data: string;
  readonly padding: 1 | 2;
  readonly lengthBytes: number;
}

interface KeyVector {
  readonly id: string;
  readonly input: KeyInput;
  readonly expect: { readonly mac?: string; readonly cryptogram?: string };
}

function vectors(file: string): readonly KeyVector[] {
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
    const cryptogram = computeCryptogram(keyOf(input), hex(input.data), input.padding);
    expect(encodeHex(cryptogram)).toBe(expected.cryptogram);
  });
});

function keyOf({ imk, pan, psn, atc, sk }: KeyInput): Uint8Array {
  if (sk !== undefined) return hex(sk);
  const master = deriveIccMasterKey(hex(imk ?? ''), pan, psn);
  return atc === undefined ? master : deriveCommonSessionKey(master, hex(atc));
}
