import { expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeIccData, type IccData } from './icc-data.ts';
import { checkCryptogram, findIssuer, ownIssuer, PUBLISHED_TEST_ISSUER } from './issuers.ts';
import { TestCard } from './test-card.fixture.ts';

/**
 * DE 55 of a published exchange with a scheme test card. Source: github:MohamedHassanNasr/emv
 * (Daniel Hu, BSD-style licence), mock/mock-visa-online.json: what its GPO command and answer hold.
 */
const RECORDED =
  '9F26084832 5309BE82CBA2 9F270180 9F100706010A03A00000 9F3704ABABABAB 9F36020077' +
  '95050000000000 9A03200316 9C0100 9F0206000000009000 5F2A020840 82022000 9F1A020840' +
  '9F0306000000000000';
const RECORDED_CARD = { pan: '4761739001010010', panSequenceNumber: '01' };

const decoded = (bytes: Uint8Array): IccData => {
  const icc = decodeIccData(bytes);
  if (!icc.ok) throw new Error(`${icc.error.kind} at ${icc.error.path}`);
  return icc.value;
};
const recorded = () => decoded(hex(RECORDED.replaceAll(' ', '')));

const ISSUER = ownIssuer(new SecretKey(hex('0123456789ABCDEFFEDCBA9876543210')));
const OWN_CARD = { pan: '9999990000000014', panSequenceNumber: '01' };
const ownCard = () =>
  new TestCard({
    ...OWN_CARD,
    wearableId: 'test',
    expiry: '4912',
    iccMasterKeyHex: expectOk(
      deriveMasterKeyOptionA(ISSUER.masterKey, expectOk(parsePan(OWN_CARD.pan)), '01'),
    ).revealHex(),
  });

test('the cryptogram of the recorded exchange verifies with the published test key', () => {
  expect(checkCryptogram(PUBLISHED_TEST_ISSUER, RECORDED_CARD, recorded()).genuine).toBe(true);
});

test('a cryptogram of one of our own cards verifies, and its answer can be checked', () => {
  const icc = decoded(ownCard().sign({ amountMinor: 1_430n, currency: '978' }));
  const check = checkCryptogram(ISSUER, OWN_CARD, icc);
  expect(check.genuine).toBe(true);
  const data = check.genuine ? check.issuerAuthenticationData('51') : new Uint8Array(0);
  expect(data).toHaveLength(10);
  expect(encodeHex(data.subarray(8))).toBe('3531');
});

test('every element that was signed matters', () => {
  const flip = (bytes: Uint8Array) =>
    bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
  const signed = [
    ...(['amount', 'amountOther', 'terminalCountry', 'terminalVerificationResults'] as const),
    ...(['currency', 'unpredictableNumber', 'interchangeProfile', 'transactionCounter'] as const),
    ...(['cryptogram', 'issuerApplicationData'] as const),
  ];
  const own = decoded(ownCard().sign({ amountMinor: 1_430n, currency: '978' }));
  for (const [issuer, card, icc] of [
    [ISSUER, OWN_CARD, own],
    [PUBLISHED_TEST_ISSUER, RECORDED_CARD, recorded()],
  ] as const) {
    for (const name of signed) {
      const changed = { ...icc, [name]: flip(icc[name]) };
      expect([name, checkCryptogram(issuer, card, changed).genuine]).toEqual([name, false]);
    }
    expect(checkCryptogram(issuer, card, { ...icc, date: '200317' }).genuine).toBe(false);
    expect(checkCryptogram(issuer, card, { ...icc, transactionType: '20' }).genuine).toBe(false);
    const another = { ...card, panSequenceNumber: '02' };
    expect(checkCryptogram(issuer, another, icc).genuine).toBe(false);
  }
});

test('only an ARQC, and only of a version its issuer uses, is looked at', () => {
  const icc = recorded();
  for (const cryptogramInformation of [0x00, 0x40, 0xc0]) {
    const check = checkCryptogram(PUBLISHED_TEST_ISSUER, RECORDED_CARD, {
      ...icc,
      cryptogramInformation,
    });
    expect(check.genuine).toBe(false);
  }
  const other = { ...PUBLISHED_TEST_ISSUER, cryptogramVersions: ['CVN 18'] };
  expect(checkCryptogram(other, RECORDED_CARD, icc).genuine).toBe(false);
});

test('an issuer is found by the first digits of the PAN', () => {
  const issuers = [ISSUER, PUBLISHED_TEST_ISSUER];
  expect(findIssuer(issuers, OWN_CARD.pan)).toBe(ISSUER);
  expect(findIssuer(issuers, RECORDED_CARD.pan)).toBe(PUBLISHED_TEST_ISSUER);
  expect(findIssuer(issuers, '5413330089601034')).toBeUndefined();
});

test('DE 55 must hold every element once, each of its length', () => {
  const whole = RECORDED.replaceAll(' ', '');
  const kindOf = (text: string) => {
    const icc = decodeIccData(hex(text));
    return icc.ok ? 'ok' : `${icc.error.kind} ${icc.error.path}`;
  };
  expect(kindOf(whole)).toBe('ok');
  expect(kindOf(whole.replace('9F0306000000000000', ''))).toBe('missing-tag 55.9F03');
  expect(kindOf(`${whole}9F0206000000000001`)).toBe('repeated-tag 55.9F02');
  expect(kindOf(whole.replace('9F36020077', '9F360177'))).toBe('bad-length 55.9F36');
  expect(kindOf(whole.replace('9A03200316', '9A0320031F'))).toBe('bad-digit 55.9A');
});
