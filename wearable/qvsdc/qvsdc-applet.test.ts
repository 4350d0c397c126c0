import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concatBytes, xorBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import {
  computeArpcMethod1,
  computeArpcMethod2,
  computeCryptogram,
} from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import {
  buildScript,
  caRsaOf,
  chainOf,
  freshMemory,
  MASTER_KEY,
  profileWith,
  readAll,
  SCRIPT_MAC_KEY,
  send,
  signedRecords,
  tagValue,
} from '../issuers.fixture.ts';
import { recoverIccKey, recoverSigned } from '../pki/certificates.fixture.ts';
import { createWearable, type Wearable } from '../wearable.ts';

const SELECT = '00A4040007A000000999010100';
const OFFLINE = { currency: '978', limitMinor: 2_500, totalLimitMinor: 5_000 };
const UN = '0A0B0C0D';

function transaction(amountMinor: number): string {
  const amount = String(amountMinor).padStart(12, '0');
  return `${amount}00000000000003720000000000097826013100${UN}`;
}

function gpo(ttq: string, amountMinor = 1_234): string {
  return `80A80000238321${ttq}${transaction(amountMinor)}00`;
}

function offline(options: Readonly<Record<string, unknown>> = {}) {
  const profile = profileWith({ type: 'qvsdc', offline: OFFLINE, ...options });
  return { profile, wearable: createWearable(profile, { memory: freshMemory() }) };
}

function pay(wearable: Wearable, ttq: string, amountMinor?: number): string {
  return send(wearable, SELECT, gpo(ttq, amountMinor))[1] ?? '';
}

describe('what the card decides', () => {
  test.each([
    ['approves offline within its limits', '20004000', 1_234, '40', '06011203900000'],
    ['asks its issuer above its limit', '20004000', 2_501, '80', '06011203A00000'],
    ['asks its issuer where the reader does', '20804000', 1_234, '80', '06011203A00000'],
    [
      'declines above its limit where the reader has no host',
      '28004000',
      2_501,
      '00',
      '06011203800000',
    ],
  ])('%s', (_what, ttq, amount, information, iad) => {
    const answer = pay(offline().wearable, ttq, amount);
    expect(tagValue(answer, '9F27')).toBe(information);
    expect(tagValue(answer, '9F10')).toBe(iad);
  });

  test('approves until the total is reached, also across a loss of power', () => {
    const memory = freshMemory();
    const { profile } = offline();
    const types = [2_500, 2_400, 101, 100].map((amount) => {
      const wearable = createWearable(profile, { memory });
      return tagValue(pay(wearable, '20004000', amount), '9F27');
    });
    expect(types).toEqual(['40', '40', '80', '40']);
  });

  test('asks its issuer in another currency', () => {
    const { wearable } = offline({ offline: { ...OFFLINE, currency: '840' } });
    expect(tagValue(pay(wearable, '20004000'), '9F27')).toBe('80');
  });

  test('every type of cryptogram is what the kernel computes from the same key', () => {
    for (const [ttq, amount] of [
      ['20004000', 1_234],
      ['20804000', 1_234],
      ['28004000', 2_501],
    ] as const) {
      const answer = pay(offline().wearable, ttq, amount);
      const atc = hex(tagValue(answer, '9F36'));
      const parts = [transaction(amount), '2000', '0001', tagValue(answer, '9F10')];
      const sessionKey = expectOk(deriveCommonSessionKey(new SecretKey(hex(MASTER_KEY)), atc));
      const data = hex(parts.join(''));
      const expected = computeCryptogram({ algorithm: 'tdes', sessionKey, data, padding: 2 });
      expect(tagValue(answer, '9F26')).toBe(encodeHex(expectOk(expected)));
    }
  });

  test('versions 10 and 17 sign under the master key itself', () => {
    const sign = (cryptogramVersion: number) => {
      const { wearable } = offline({ cryptogramVersion });
      return pay(wearable, '20804000');
    };
    const ten = hex(`${transaction(1_234)}2000000103A00000`);
    expect(tagValue(sign(10), '9F26')).toBe(retailMac(ten));
    expect(tagValue(sign(10), '9F10')).toBe('06010A03A00000');
    expect(tagValue(sign(17), '9F26')).toBe(retailMac(hex(`000000001234${UN}0001A0`)));
  });
});

/** The MAC of ISO/IEC 9797-1 algorithm 3 with padding 1, one block after the other. */
function retailMac(data: Uint8Array): string {
  const key = hex(MASTER_KEY);
  const [left, whole] = [key.subarray(0, 8), concatBytes(key, key.subarray(0, 8))];
  const padded = concatBytes(data, new Uint8Array(-data.length & 7));
  const encrypt = (k: Uint8Array, block: Uint8Array) => {
    const cipher = createCipheriv('des-ede3', k, null).setAutoPadding(false);
    return new Uint8Array(concatBytes(cipher.update(block), cipher.final()));
  };
  let mac: Uint8Array = new Uint8Array(8);
  for (let at = 0; at < padded.length; at += 8) {
    const block = xorBytes(padded.subarray(at, at + 8), mac);
    const isLast = at + 8 === padded.length;
    mac = encrypt(isLast ? whole : concatBytes(left, left, left), block);
  }
  return encodeHex(mac);
}

describe('the dynamic signature', () => {
  function authenticated(ttq: string, options: Readonly<Record<string, unknown>> = {}) {
    const { profile, wearable } = offline(options);
    const answer = pay(wearable, ttq);
    const locator = tagValue(answer, '94');
    const records = readAll(wearable, locator);
    const find = (tag: string) => hex(records.map((one) => tagValue(one, tag)).join(''));
    const staticData = hex(signedRecords(wearable, locator) + tagValue(answer, '82'));
    return { profile, answer, records, find, staticData };
  }

  test.each([
    ['approved offline', '20004000'],
    ['online, where the reader wants it', '21804000'],
  ])('can be followed from the CA to the amount: %s', (_what, ttq) => {
    const { profile, answer, records, find, staticData } = authenticated(ttq);
    expect(records.every((one) => one.endsWith('9000'))).toBe(true);
    const chain = chainOf(records);
    expect(encodeHex(find('8F'))).toBe('F1');
    const icc = recoverIccKey(caRsaOf(profile), chain, '9999990000000014', staticData);
    const related = find('9F69');
    expect(encodeHex(related)).toMatch(/^01.{8}0080$/);
    const along = hex(`${UN}000000001234${'0978'}${encodeHex(related)}`);
    const content = recoverSigned(icc, find('9F4B'), along);
    expect(encodeHex(content.subarray(0, 6))).toBe(`05010302${tagValue(answer, '9F36')}`);
    expect(content.subarray(6).every((byte) => byte === 0xbb)).toBe(true);
  });

  test('is not made where nobody wants it', () => {
    const { answer, find } = authenticated('20804000');
    expect(find('9F4B')).toEqual(hex(''));
    expect(tagValue(answer, '94')).toBe('08010100');
  });

  test('a wrong one cannot be recovered', () => {
    const profile = profileWith({ type: 'qvsdc', offline: OFFLINE });
    const memory = freshMemory();
    const wearable = createWearable(profile, { memory, defects: { wrongSignature: true } });
    const locator = tagValue(pay(wearable, '20004000'), '94');
    const records = readAll(wearable, locator);
    const find = (tag: string) => hex(records.map((one) => tagValue(one, tag)).join(''));
    const chain = chainOf(records);
    const staticData = hex(`${signedRecords(wearable, locator)}2000`);
    const icc = recoverIccKey(caRsaOf(profile), chain, '9999990000000014', staticData);
    expect(() => recoverSigned(icc, find('9F4B'), hex(UN))).toThrow('wrong');
  });
});

describe('who verifies the holder', () => {
  test.each([
    ['nobody, when not required', 'signature', '22000000', '0000'],
    ['a signature, where the reader takes one', 'signature', '22404000', '4000'],
    ['a PIN, where the reader takes one', 'none', '24404000', '8000'],
    ['the device, always', 'cdcvm', '20404000', '0080'],
  ])('%s', (_what, cardholderVerification, ttq, qualifiers) => {
    const { wearable } = offline({ cardholderVerification });
    expect(tagValue(pay(wearable, ttq, 9_999), '9F6C')).toBe(qualifiers);
  });

  test('a PIN is for the issuer, so a payment with one is never approved offline', () => {
    const { wearable } = offline({ cardholderVerification: 'none' });
    expect(tagValue(pay(wearable, '24404000'), '9F27')).toBe('80');
  });

  test('the device, once its user confirmed, for one payment', () => {
    const { wearable } = offline({ cardholderVerification: 'cdcvm-on-request' });
    expect(pay(wearable, '20404000')).toBe('6986');
    wearable.confirmUser();
    const answer = pay(wearable, '20404000');
    expect([tagValue(answer, '9F6C'), tagValue(answer, '9F36')]).toEqual(['0080', '0001']);
    expect(pay(wearable, '20404000')).toBe('6986');
    expect(tagValue(pay(wearable, '20004000'), '9F6C')).toBe('0000');
  });
});

describe('the second tap', () => {
  const sessionKeyOf = (diversifier: Uint8Array, key = MASTER_KEY) =>
    expectOk(deriveCommonSessionKey(new SecretKey(hex(key)), diversifier));

  function requested(options: Readonly<Record<string, unknown>> = {}) {
    const { wearable } = offline({
      issuerUpdate: true,
      scriptMacKeyHex: SCRIPT_MAC_KEY,
      ...options,
    });
    const answer = pay(wearable, '20804080');
    const [atc, cryptogram] = [hex(tagValue(answer, '9F36')), hex(tagValue(answer, '9F26'))];
    expect(tagValue(answer, '9F6C')).toBe('00C0');
    const arpc = expectOk(computeArpcMethod1('tdes', sessionKeyOf(atc), cryptogram, hex('3030')));
    wearable.reset();
    send(wearable, SELECT);
    const script = (header: string, data?: string) =>
      buildScript(encodeHex(atc), encodeHex(cryptogram), header, data);
    return { wearable, atc, cryptogram, arpc: encodeHex(arpc), script };
  }

  test('the genuine answer is taken once, and gives the offline total back', () => {
    const { wearable, arpc } = requested();
    expect(send(wearable, `008200000A${arpc}3030`, `008200000A${arpc}3030`)).toEqual([
      '9000',
      '6985',
    ]);
  });

  test('another answer is not, and the next payment goes to the issuer', () => {
    const { wearable } = requested();
    expect(send(wearable, `008200000A${'00'.repeat(8)}3030`)).toEqual(['6300']);
    const answer = pay(wearable, '20004000');
    expect([tagValue(answer, '9F27'), tagValue(answer, '9F10')]).toEqual(['80', '06011203A00800']);
  });

  test('by method 2 as well', () => {
    const { wearable, atc, cryptogram } = requested({ arpcMethod: 2 });
    const update = hex('03920000');
    const arpc = expectOk(
      computeArpcMethod2('tdes', sessionKeyOf(atc), cryptogram, update, hex('')),
    );
    expect(send(wearable, `0082000008${encodeHex(arpc)}03920000`)).toEqual(['9000']);
  });

  test('a script changes a limit, and blocks the application for good', () => {
    const { wearable, arpc, script } = requested();
    const limit = script('04DA9F78', '000000001000');
    const answers = send(wearable, limit, `008200000A${arpc}3030`, limit, script('841E0000'));
    expect(answers).toEqual(['6985', '9000', '9000', '9000']);
    expect(send(wearable, SELECT)[0]).toMatch(/6283$/);
    expect(tagValue(pay(wearable, '20004000', 100), '9F27')).toBe('00');
  });

  test('the changed limit holds', () => {
    const { wearable, arpc, script } = requested();
    send(wearable, `008200000A${arpc}3030`, script('04DA9F78', '000000001000'));
    expect(tagValue(pay(wearable, '20004000', 1_001), '9F27')).toBe('80');
    expect(tagValue(pay(wearable, '20004000', 1_000), '9F27')).toBe('40');
  });

  test.each([
    ['6988', 'a wrong MAC', (script: Script) => script('841E0000').replace(/..$/, '00')],
    ['6988', 'no MAC', () => '841E0000' + '04' + '00000000'],
    ['6A88', 'an object that may not change', (script: Script) => script('04DA9F36', '0001')],
    ['6700', 'a limit of the wrong length', (script: Script) => script('04DA9F78', '0001')],
    ['6A86', 'parameters', (script: Script) => script('841E0100')],
    ['6D00', 'an unknown instruction', () => '84FF0000'],
  ])('%s: a script with %s', (status, _what, build) => {
    const { wearable, arpc, script } = requested();
    expect(send(wearable, `008200000A${arpc}3030`, build(script))[1]).toBe(status);
    expect(tagValue(pay(wearable, '20004000', 100), '9F27')).toBe('40');
  });

  type Script = (header: string, data?: string) => string;
});
