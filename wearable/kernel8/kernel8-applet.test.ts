import { createDecipheriv, createECDH, createHash } from 'node:crypto';
import { cmac, ctr } from '@noble/ciphers/aes.js';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, xorBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeTlv, encodeTlv } from '#kernel/tlv/ber.ts';
import {
  freshMemory,
  generateCryptogram,
  MASTER_KEY,
  profileWith,
  send,
  TEST_MEMORY,
  tagValue,
  transactionData,
  UN,
} from '../issuers.fixture.ts';
import { listCaKeys } from '../pki/ca-keys.ts';
import { createWearable, type Wearable } from '../wearable.ts';

const SELECT = '00A4040007A000000999010100';
const QUALIFIER = '02800010FFFF0000';
/** Reader's means: no verification needed; or a PIN, a signature, the device. */
const NONE_NEEDED = '08';
const NEEDED = '64';
const OFFLINE = { currency: '978', limitMinor: 2_500, totalLimitMinor: 2_500 };

function cdol1(means = NONE_NEEDED): string {
  return `${transactionData()}${means}${'00'.repeat(7)}22`;
}
function generate(p1: string, values = cdol1(), p2?: string): string {
  return generateCryptogram(p1, values, p2);
}

function kernel8(options: Readonly<Record<string, unknown>> = {}) {
  const profile = profileWith({ type: 'kernel8', ...options });
  return { profile, wearable: createWearable(profile, { memory: freshMemory() }) };
}

/** A kernel's side of the session, with other libraries than the card's. */
class TestKernel {
  readonly pdolValues: string;
  gpo = '';
  records: string[] = [];
  #cardCounter = 0x8000;
  #kernelCounter = 0;
  #confidentiality: Uint8Array = new Uint8Array(16);
  #integrity: Uint8Array = new Uint8Array(16);
  readonly #wearable: Wearable;
  readonly #key = createECDH('prime256v1');

  constructor(wearable: Wearable) {
    this.#wearable = wearable;
    const point = this.#key.generateKeys();
    this.pdolValues = `${QUALIFIER}${encodeHex(new Uint8Array(point.subarray(1)))}`;
  }

  begin(): this {
    const [, gpo = ''] = send(this.#wearable, SELECT, `80A800004A8348${this.pdolValues}00`);
    this.gpo = gpo;
    const point = pointOf(tagValue(gpo, '9F8103').slice(0, 64));
    const shared = new Uint8Array(this.#key.computeSecret(point.toBytes(false)));
    const derivation = cmac(shared, new Uint8Array(16));
    const block = (use: string) => hex(`${use}010054334A325957773DA5A5A50180`);
    // One block enciphered is the keystream of a counter that begins there.
    const derive = (use: string) => ctr(derivation, block(use)).encrypt(new Uint8Array(16));
    [this.#confidentiality, this.#integrity] = [derive('01'), derive('02')];
    return this;
  }

  /** The blinding factor that the card gave. */
  factor(): Uint8Array {
    return this.decrypt(hex(tagValue(this.gpo, '9F8103').slice(64)));
  }

  decrypt(enciphered: Uint8Array): Uint8Array {
    const counter = this.#cardCounter++;
    return this.#apply(counter, enciphered);
  }

  encrypt(plain: Uint8Array): Uint8Array {
    return this.#apply(this.#kernelCounter++, plain);
  }

  mac(counter: number, data: Uint8Array): string {
    const block = concatBytes(Uint8Array.of(counter >> 8, counter & 0xff), data);
    return encodeHex(cmac(block, this.#integrity).slice(0, 8));
  }

  get cardCounter(): number {
    return this.#cardCounter;
  }

  /** All records of the file locator as their values, deciphered. */
  read(): string[] {
    const locator = hex(tagValue(this.gpo, '94'));
    for (let at = 0; at < locator.length; at += 4) {
      const [sfi = 0, first = 0, last = 0] = locator.subarray(at);
      for (let record = first; record <= last; record++) {
        const [answer = ''] = send(this.#wearable, `00B2${two(record)}${two(sfi | 4)}00`);
        const [template] = expectOk(decodeTlv(hex(answer.slice(0, -4))));
        if (!template) throw new Error(answer);
        const value = template.tag === 'DA' ? this.decrypt(template.value) : template.value;
        this.records.push(encodeHex(value));
      }
    }
    return this.records;
  }

  iadMac(input: string): string {
    const mac = cmac(hex(`0000${input}`), this.#integrity);
    const decipher = createDecipheriv('aes-128-ecb', this.#integrity, null).setAutoPadding(false);
    return encodeHex(xorBytes(new Uint8Array(decipher.update(mac)), mac).slice(0, 8));
  }

  #apply(counter: number, data: Uint8Array): Uint8Array {
    const block = concatBytes(Uint8Array.of(counter >> 8, counter & 0xff), new Uint8Array(14));
    return ctr(this.#confidentiality, block).encrypt(data);
  }
}

function two(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** The point of an x whose y is the smaller. */
function pointOf(x: string) {
  const [a, b] = ['02', '03'].map((sign) => p256.Point.fromHex(`${sign}${x}`));
  if (!a || !b) throw new Error('no point');
  return a.y < b.y ? a : b;
}

/** Whether 64 bytes sign a message: r = H(x(sG - rQ) || message). */
function isSignedBy(x: string, message: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map((half) =>
    BigInt(`0x${encodeHex(half)}`),
  );
  if (r === undefined || s === undefined) return false;
  const order = p256.Point.Fn.ORDER;
  const point = p256.Point.BASE.multiply(s).add(pointOf(x).multiply(order - (r % order)));
  const witness = point.toBytes(true).subarray(1);
  const hash = createHash('sha256').update(witness).update(message).digest();
  return equalBytes(new Uint8Array(hash), signature.subarray(0, 32));
}

function valueIn(records: readonly string[], tag: string): string {
  return records.map((record) => tagValue(`${record}9000`, tag)).join('');
}

describe('a kernel 8 application', () => {
  test('says what it can before anything else', () => {
    const [fci = ''] = send(kernel8().wearable, SELECT);
    expect(tagValue(fci, '9F2C')).toBe('0200FFFF000000');
    expect(tagValue(fci, '9F38')).toBe('9F2B089E40');
  });

  test.each([true, false])(
    'its chain ends at the CA, its records encrypted: %s',
    (encryptedRecords) => {
      const { profile, wearable } = kernel8({ encryptedRecords });
      const kernel = new TestKernel(wearable).begin();
      const factor = kernel.factor();
      const records = kernel.read();
      expect(valueIn(records, '5A')).toBe('9999990000000014');
      const listed = listCaKeys([profile], TEST_MEMORY);
      const [ca] = listed.ok ? listed.value.ecKeys : [];
      const issuer = hex(valueIn(records, '90'));
      expect(encodeHex(issuer.subarray(0, 8))).toBe('120099999900FF10');
      expect(encodeHex(issuer.subarray(8, 21))).toBe('20491231000001A000000999F8');
      expect(isSignedBy(ca?.x ?? '', issuer.subarray(0, -64), issuer.subarray(-64))).toBe(true);
      const icc = hex(valueIn(records, '9F46'));
      const issuerX = encodeHex(issuer.subarray(-96, -64));
      expect(isSignedBy(issuerX, icc.subarray(0, -64), icc.subarray(-64))).toBe(true);
      expect(encodeHex(icc.subarray(0, 17))).toBe('140000204912312359' + '0000000000010102');
      const hash = createHash('sha256').update(hex(`${records[1]}${tagValue(kernel.gpo, '82')}`));
      expect(encodeHex(icc.subarray(17, 49))).toBe(hash.digest('hex').toUpperCase());
      const blinded = pointOf(encodeHex(icc.subarray(-96, -64)))
        .multiply(BigInt(`0x${encodeHex(factor)}`))
        .toBytes(true)
        .subarray(1);
      expect(encodeHex(blinded)).toBe(tagValue(kernel.gpo, '9F8103').slice(0, 64));
    },
  );

  test.each([
    ['AES-128', 'aes', MASTER_KEY, 'default-offset', false],
    ['AES-256', 'aes', `${MASTER_KEY}${MASTER_KEY}`, 'default-offset', true],
    ['TDES, the MAC kept out', 'tdes', MASTER_KEY, 'none', true],
  ] as const)(
    'its cryptogram is bound to the session: %s',
    (_what, keyAlgorithm, key, iadMac, relayResistance) => {
      const { wearable } = kernel8({ keyAlgorithm, iccMasterKeyHex: key, iadMac, relayResistance });
      const kernel = new TestKernel(wearable).begin();
      kernel.factor();
      const [, signed = ''] = kernel.read();
      const [relay = ''] = relayResistance ? send(wearable, `80EA000004${UN}00`) : [];
      const [answer = ''] = send(wearable, generate('80'));
      const aip = tagValue(kernel.gpo, '82');
      expect(aip).toBe(`01${two((iadMac === 'none' ? 0 : 2) | (relayResistance ? 1 : 0))}`);
      const [template] = expectOk(decodeTlv(hex(answer.slice(0, -4))));
      const others = (template?.children ?? []).filter(
        ({ tag }) => !['9F26', '9F8105'].includes(tag),
      );
      const relayData = relay && `${UN}${tagValue(relay, '80')}`;
      const hash = createHash('sha256')
        .update(hex(`${signed}${aip}`))
        .digest('hex');
      const answered = encodeHex(encodeTlv(others));
      const input = `${kernel.pdolValues}${cdol1()}${relayData}${answered}${hash}`;
      const mac = kernel.iadMac(input);
      const cryptogram = tagValue(answer, '9F26');
      expect(tagValue(answer, '9F8105')).toBe(kernel.mac(0, hex(cryptogram + mac)));
      const iad = tagValue(answer, '9F10');
      const place = iadMac === 'none' ? iad.slice(48) : mac;
      const data = hex(`${cdol1().slice(0, 58)}${aip}0001${iad.slice(0, 48)}${place}`);
      const expected = keyAlgorithm === 'aes' ? aesCryptogram : tdesCryptogram;
      expect(cryptogram).toBe(expected(hex(key), data));
    },
  );

  test.each([
    ['on the device', 'cdcvm', NEEDED, '03', '80'],
    ['by nobody, when none is needed', 'none', NONE_NEEDED, '00', '80'],
    ['by PIN', 'online-pin', NEEDED, '02', '80'],
    ['by signature', 'signature', NEEDED, '01', '80'],
    ['in no way that it has, and declines', 'none', NEEDED, 'FF', '00'],
    ['by signature, where the reader takes no PIN', 'online-pin', '20', '01', '80'],
  ])(
    'decides that its holder is verified %s',
    (_what, cardholderVerification, means, verification, type) => {
      const { wearable } = kernel8({ cardholderVerification });
      new TestKernel(wearable).begin();
      const [answer = ''] = send(wearable, generate('80', cdol1(means)));
      expect([tagValue(answer, '9F8102'), tagValue(answer, '9F27')]).toEqual([verification, type]);
    },
  );

  test('asks its user to confirm and to come again', () => {
    const { wearable } = kernel8({ cardholderVerification: 'cdcvm-on-request' });
    const pay = () => {
      new TestKernel(wearable).begin();
      return send(wearable, generate('80', cdol1(NEEDED)))[0] ?? '';
    };
    const first = pay();
    expect([tagValue(first, '9F8108'), tagValue(first, '9F27')]).toEqual(['2020', '00']);
    wearable.confirmUser();
    const second = pay();
    expect([tagValue(second, '9F8108'), tagValue(second, '9F8102')]).toEqual(['', '03']);
    expect(tagValue(pay(), '9F8108')).toBe('2020');
  });

  test('approves within its limits, then asks its issuer', () => {
    const { wearable } = kernel8({ offline: OFFLINE });
    const types = [1, 2, 3].map(() => {
      new TestKernel(wearable).begin();
      return tagValue(send(wearable, generate('40'))[0] ?? '', '9F27');
    });
    expect(types).toEqual(['40', '40', '80']);
  });

  test('reads and writes envelopes within the session', () => {
    const { wearable } = kernel8({ data: { '9F8111': 'AABB' } });
    const kernel = new TestKernel(wearable).begin();
    kernel.factor();
    const read = (tag: string) => send(wearable, `8432000003${tag}00`)[0] ?? '';
    const first = hex(read('9F8111').slice(0, -4));
    const counter = kernel.cardCounter;
    expect(encodeHex(first.subarray(-8))).toBe(kernel.mac(counter, first.subarray(0, -8)));
    expect(encodeHex(kernel.decrypt(first.subarray(0, -8)))).toBe('9F811102AABB');
    expect([read('9F8112'), read('9F8107')]).toEqual(['6A88', '6A88']);
    send(wearable, generate('80', cdol1(), '80'));
    const plain = hex('9F811203010203');
    const enciphered = encodeHex(kernel.encrypt(plain));
    const [acknowledged] = send(wearable, `8434000007${enciphered}00`);
    expect(acknowledged).toBe(`${kernel.mac(kernel.cardCounter, plain)}9000`);
    expect(send(wearable, `8434000007${enciphered}00`)).toEqual(['6985']);
    const again = new TestKernel(wearable).begin();
    again.factor();
    const written = hex(read('9F8112').slice(0, -4));
    expect(encodeHex(again.decrypt(written.subarray(0, -8)))).toBe('9F811203010203');
  });

  test('gives no two sessions the same key', () => {
    const { wearable } = kernel8();
    const points = [1, 2].map(() =>
      tagValue(new TestKernel(wearable).begin().gpo, '9F8103').slice(0, 64),
    );
    expect(points[0]).not.toBe(points[1]);
  });

  test.each([
    ['6985', 'a cryptogram before the session', generate('80')],
    ['6985', 'a record before it', '00B2010C00'],
    ['6985', 'another kernel', `80A800004A8348${'00'.repeat(72)}00`],
    ['6985', 'another suite', `80A800004A83480280011000000000${'00'.repeat(64)}00`],
    ['6A80', 'a key that is on no curve', `80A800004A8348${QUALIFIER}${'01'.repeat(64)}00`],
    ['6700', 'no key', '80A8000002830000'],
    ['6D00', 'an unknown instruction', '00FF000000'],
  ])('%s: %s', (status, _what, command) => {
    expect(send(kernel8().wearable, SELECT, command)[1]).toBe(status);
  });

  test.each([
    ['6A86', 'an unknown cryptogram', generate('C0')],
    ['6700', 'a list that is too short', generate('80', cdol1().slice(2))],
    ['6985', 'an envelope before the cryptogram', '843400000100' + '00'],
    ['6D00', 'relay resistance, without it', `80EA000004${UN}00`],
    ['6A83', 'a record that is not there', '00B2090C00'],
  ])('%s in a session: %s', (status, _what, command) => {
    const { wearable } = kernel8();
    new TestKernel(wearable).begin();
    expect(send(wearable, command)[0]).toBe(status);
  });

  test('6A80: an envelope that is none', () => {
    const { wearable } = kernel8();
    const kernel = new TestKernel(wearable).begin();
    send(wearable, generate('80', cdol1(), '80'));
    const bad = encodeHex(kernel.encrypt(hex('9F360101')));
    expect(send(wearable, `8434000004${bad}00`)).toEqual(['6A80']);
  });
});

/** Under the session key of the ATC: EMV 4.4 Book 2, A1.3.1 and 8.1.2, with another library. */
function aesCryptogram(masterKey: Uint8Array, data: Uint8Array): string {
  const block = (marker?: number) => {
    const counter = new Uint8Array(16);
    counter[1] = 1;
    if (marker !== undefined) counter[2] = marker;
    return ctr(masterKey, counter).encrypt(new Uint8Array(16));
  };
  const key = masterKey.length === 16 ? block() : concatBytes(block(0xf0), block(0x0f));
  return encodeHex(cmac(data, key).slice(0, 8));
}

function tdesCryptogram(masterKey: Uint8Array, data: Uint8Array): string {
  const sessionKey = expectOk(deriveCommonSessionKey(new SecretKey(masterKey), hex('0001')));
  const request = { algorithm: 'tdes', sessionKey, data, padding: 2 } as const;
  return encodeHex(expectOk(computeCryptogram(request)));
}
