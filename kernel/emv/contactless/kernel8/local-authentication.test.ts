import { describe, expect, test } from 'vitest';
import { nodeCurves } from '#drivers/node-crypto/elliptic-curves.ts';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import type { ContactlessInput } from '../input.ts';
import { CA_PRIVATE, FixtureCard, ISSUER_CERTIFICATE } from './card.fixture.ts';
import { signEcSdsa } from './card-crypto.fixture.ts';
import type { CardOptions } from './card-options.fixture.ts';
import { datum, type Paid, pay, saleInput } from './paying.fixture.ts';

/** Local authentication failed, relay resistance not performed, kernel 8's format. */
const FAILED = '0400000081';
const DONE = '0000000081';

function run(card: CardOptions, sale: Partial<ContactlessInput> = {}): Paid {
  const fixture = new FixtureCard(card);
  return pay(saleInput({}, sale), (command) => fixture.transmit(command));
}

/** The issuer's certificate with a change that the CA signed. */
function issuerCertificate(from: string, to: string): string {
  const message = Buffer.from(ISSUER_CERTIFICATE.slice(0, 106).replace(from, to), 'hex');
  return encodeHex(signEcSdsa(message, CA_PRIVATE, 77n));
}

/** The bytes with the lowest bit of one of them the other way. */
function flipped(value: string, at: number): string {
  const bytes = hex(value);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  return encodeHex(bytes);
}

describe('local authentication fails, and the transaction goes to the issuer', () => {
  const fails = (paid: Paid): void => {
    expect(datum(paid, '95')).toBe(FAILED);
    expect(paid.outcome).toMatchObject({ type: 'online-request', oda: 'local-failed' });
  };

  test.each([
    ['for another issuer', '54133390FF', '54133391FF'],
    ['expired', '20301231', '20260114'],
    ['of another RID', 'A000000004', 'A000000003'],
    ['of another CA key', '04E0', '04E1'],
    ['of an unknown suite', 'FF10', 'FF12'],
    ['of another format', '1200', '1201'],
  ])('an issuer certificate %s', (_, from, to) => {
    fails(run({ issuerCertificate: issuerCertificate(from, to) }));
  });

  test.each([
    ['expired', '202912312359', '202601151159'],
    ['of another hash', '0102', '0202'],
    ['of another suite', '140000', '140010'],
    ['of another format', '140000', '120000'],
  ])('a card certificate %s', (_, from, to) => {
    fails(run({ certificate: (message) => message.toUpperCase().replace(from, to) }));
  });

  test('a card certificate of another key', () => {
    const other = '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6';
    fails(run({ certificate: (message) => message.slice(0, 98) + other }));
  });

  test('a card certificate that another signed', () => {
    fails(run({ certificateKey: CA_PRIVATE }));
  });

  test('a card certificate with another hash of the static data', () => {
    fails(run({ certificate: (message) => flipped(message, 17) }));
  });

  test('signed static data that are not those of the certificate', () => {
    const honest = new FixtureCard({ signedObjects: '9F070200FF' });
    const certificate = honest.transmit('00B2040C00').slice(14, 14 + 2 * 81);
    fails(run({ certificate: () => certificate }));
  });

  test('a revoked issuer certificate', () => {
    const revoked = [{ rid: hex('A000000004'), index: 0xe0, serial: hex('123456') }];
    fails(run({}, { revokedCertificates: revoked }));
  });

  test('no CA key, or one that has expired', () => {
    const [key] = saleInput().eccCaKeys ?? [];
    if (!key) throw new Error('no CA key');
    fails(run({}, { eccCaKeys: [] }));
    fails(run({}, { eccCaKeys: [{ ...key, index: 0xe1 }] }));
    fails(run({}, { eccCaKeys: [{ ...key, rid: hex('A000000003') }] }));
    fails(run({}, { eccCaKeys: [{ ...key, expiry: '260114' }] }));
    const good = run({}, { eccCaKeys: [{ ...key, expiry: '260115' }] });
    expect(datum(good, '95')).toBe(DONE);
  });

  test('a certificate is good to its last minute', () => {
    const last = (message: string) => message.toUpperCase().replace('202912312359', '202601151200');
    expect(datum(run({ certificate: last }), '95')).toBe(DONE);
    fails(run({ certificate: last }, { time: '120100' }));
    expect(datum(run({ issuerCertificate: issuerCertificate('20301231', '20260115') }), '95')).toBe(
      DONE,
    );
  });
});

test('is not reported where the configuration says so, but was looked at', () => {
  const card = new FixtureCard({ certificateKey: CA_PRIVATE });
  const paid = pay(saleInput({ '9F8209': '0000' }), (command) => card.transmit(command));
  expect(datum(paid, '95')).toBe(DONE);
  expect(paid.outcome.type).toBe('online-request');
});

test.each([
  ['the card', '000A', '10'],
  ['the terminal', '010A', '00'],
])('is not performed where %s does not', (_, aip, security) => {
  const card = new FixtureCard({ aip });
  const paid = pay(saleInput({ '9F820A': security }), (command) => card.transmit(command));
  expect(datum(paid, '95')).toBe('8000000081');
});

describe('whatever byte is changed on its way', () => {
  const lengths = { issuer: ISSUER_CERTIFICATE.length / 2, card: 145 };
  const tampered = (record: string, at: number): Paid =>
    run(
      {
        alter: (name, answer) =>
          name === 'read-record' && answer.startsWith(record) ? flipped(answer, at) : answer,
      },
      { curves: nodeCurves },
    );

  test('of the issuer’s certificate: authentication fails, and nothing else', () => {
    for (let at = 0; at < lengths.issuer; at++) {
      const paid = tampered('7077', 4 + at);
      expect([at, datum(paid, '95'), paid.outcome.type]).toEqual([at, FAILED, 'online-request']);
    }
  });

  test('of the card’s certificate: authentication fails, and nothing else', () => {
    for (let at = 0; at < lengths.card; at++) {
      const paid = tampered('708195', 7 + at);
      expect([at, datum(paid, '95'), paid.outcome.type]).toEqual([at, FAILED, 'online-request']);
    }
  });

  test('of the enciphered static data: the EDA-MAC fails too, or it is no TLV', () => {
    for (let at = 2; at < 41; at++) {
      const paid = tampered('DA27', at);
      expect(paid.outcome.type).toBe('end-application');
      const error = datum(paid, '9F8204');
      expect(['00130000001C', '00040000001C', '00010000001C']).toContain(error);
      if (error === '00130000001C') expect(datum(paid, '95')).toBe(FAILED);
    }
  });

  test('of the AIP: the EDA-MAC fails, and authentication where it was performed', () => {
    for (let bit = 0; bit < 16; bit++) {
      const aip = hex('010A');
      aip[bit >> 3] = (aip[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      const changed = `8202${encodeHex(aip)}`;
      const card = new FixtureCard({
        alter: (name, answer) =>
          name === 'get-processing-options' ? answer.replace('8202010A', changed) : answer,
      });
      const paid = pay(saleInput(), (command) => card.transmit(command));
      expect(paid.outcome.type).toBe('end-application');
      const isPerformed = ((aip[0] ?? 0) & 1) !== 0;
      const error = datum(paid, '9F8204');
      // The IAD-MAC is to be copied at an offset of the card's, which gives none.
      if (aip[1] === 0x0c) expect(error).toBe('00060000001C');
      else expect(error).toBe('00130000001C');
      if (error === '00130000001C') {
        expect(datum(paid, '95')).toBe(isPerformed ? FAILED : '8000000081');
      }
    }
  });
});

test('OpenSSL’s multiplication gives the same transaction', () => {
  const plain = run({});
  const native = run({}, { curves: nodeCurves });
  expect(native).toEqual(plain);
  expect(plain.outcome.type).toBe('approved');
});
