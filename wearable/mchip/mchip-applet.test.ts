import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import {
  caRsaOf,
  chainOf,
  freshMemory,
  generateCryptogram,
  MASTER_KEY,
  profileWith,
  readAll,
  send,
  signedRecords,
  tagValue,
  transactionData,
  UN,
} from '../issuers.fixture.ts';
import { recoverIccKey, recoverSigned } from '../pki/certificates.fixture.ts';
import { createWearable } from '../wearable.ts';

const SELECT = '00A4040007A000000999010100';
const GPO = '80A8000002830000';
const CDOL1 = `${transactionData()}220000${'00'.repeat(8)}1F0302`;
const OFFLINE = { currency: '978', limitMinor: 2_500, totalLimitMinor: 2_500 };

function generate(p1: string, values = CDOL1): string {
  return generateCryptogram(p1, values);
}

function mchip(options: Readonly<Record<string, unknown>> = {}) {
  const profile = profileWith({ type: 'mchip', ...options });
  return { profile, wearable: createWearable(profile, { memory: freshMemory() }) };
}

describe('a kernel 2 application', () => {
  test.each([
    ['without relay resistance', false, '3B80', '05012608'],
    ['with relay resistance', true, '3B81', '05013408'],
  ])('can be authenticated with its cryptogram, %s', (_what, relayResistance, aip, head) => {
    const { profile, wearable } = mchip({ relayResistance });
    const [, gpo = ''] = send(wearable, SELECT, GPO);
    expect(tagValue(gpo, '82')).toBe(aip);
    const records = readAll(wearable, tagValue(gpo, '94'));
    const [exchange = ''] = relayResistance ? send(wearable, '80EA000004A1A2A3A400') : [];
    const relay = exchange && `A1A2A3A4${tagValue(exchange, '80')}`;
    const [answer = ''] = send(wearable, generate('90'));
    const chain = chainOf(records);
    const staticData = hex(`${signedRecords(wearable, tagValue(gpo, '94'))}${aip}`);
    const icc = recoverIccKey(caRsaOf(profile), chain, '9999990000000014', staticData);
    const content = recoverSigned(icc, hex(tagValue(answer, '9F4B')), hex(UN));
    expect(encodeHex(content.subarray(0, 4))).toBe(head);
    expect(encodeHex(content.subarray(41, 41 + relay.length / 2))).toBe(relay);
    const iad = tagValue(answer, '9F10');
    expect(iad).toBe('0114A00000000000DAC10000000000000000');
    const hashed = hex(`${CDOL1}9F2701809F360200019F1012${iad}`);
    const hash = createHash('sha1').update(hashed).digest('hex').toUpperCase();
    expect(encodeHex(content.subarray(21, 41))).toBe(hash);
    const sessionKey = expectOk(
      deriveCommonSessionKey(new SecretKey(hex(MASTER_KEY)), hex('0001')),
    );
    const data = hex(`${CDOL1.slice(0, 58)}${aip}0001A00000000000`);
    const expected = computeCryptogram({ algorithm: 'tdes', sessionKey, data, padding: 2 });
    expect(encodeHex(content.subarray(13, 21))).toBe(encodeHex(expectOk(expected)));
  });

  test('approves within its limits, once they are reached it asks', () => {
    const { wearable } = mchip({ offline: OFFLINE });
    const types = [1, 2, 3].map(() =>
      tagValue(send(wearable, SELECT, GPO, generate('40'))[2] ?? '', '9F27'),
    );
    expect(types).toEqual(['40', '40', '80']);
  });

  test.each([
    ['00', '00', '0114800000000000DAC10000000000000000'],
    ['40', '80', '0114A00000000000DAC10000000000000000'],
    ['80', '80', '0114A00000000000DAC10000000000000000'],
  ])('asked for %s without limits it gives %s', (p1, information, iad) => {
    const { wearable } = mchip({ cardholderVerification: 'none' });
    const [, gpo = '', answer = ''] = send(wearable, SELECT, GPO, generate(p1));
    expect(tagValue(gpo, '82')).toBe('3980');
    expect([tagValue(answer, '9F27'), tagValue(answer, '9F10')]).toEqual([information, iad]);
    expect(tagValue(answer, '9F26')).toMatch(/^.{16}$/);
  });

  test.each([
    ['6985', 'a cryptogram before the transaction', [generate('80')]],
    ['6985', 'a record before it', ['00B2010C00']],
    ['6985', 'a second cryptogram', [GPO, generate('80'), generate('80')]],
    ['6985', 'a second transaction', [GPO, GPO]],
    ['6A86', 'an unknown cryptogram', [GPO, generate('C0')]],
    ['6700', 'a list that is too short', [GPO, generate('80', CDOL1.slice(2))]],
    ['6700', 'values that it did not ask for', ['80A800000383010000']],
    ['6A80', 'another template', ['80A8000002850000']],
    ['6D00', 'relay resistance, without it', [GPO, '80EA000004A1A2A3A400']],
    ['6D00', 'an unknown instruction', ['00FF000000']],
  ])('%s: %s', (status, _what, commands) => {
    expect(send(mchip().wearable, SELECT, ...commands).at(-1)).toBe(status);
  });
});
