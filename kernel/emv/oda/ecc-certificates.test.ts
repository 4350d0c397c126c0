import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import file from '../../../test-vectors/oda/ecsdsa-verify.json' with { type: 'json' };
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeHex, hex } from '../../bytes/hex.ts';
import type { Result } from '../../bytes/result.ts';
import {
  type EccCertificateUse,
  verifyEccCaKey,
  verifyEccIccCertificate,
  verifyEccIssuerCertificate,
} from './ecc-certificates.ts';
import type { OdaFault } from './fault.ts';

/** A certificate of the published examples: what is signed, then the signature. */
function published(id: string): Uint8Array {
  const vector = file.vectors.find((one) => one.id === id);
  return hex(`${vector?.input.message}${vector?.input.signature}`);
}

const CA = published('ecos-ca-ecc-selfsigned');
const ISSUER = published('booke-BookE_Example256_Issuer');
const ICC = published('ecos-card-ecc-cert');
/** Private keys that Book E's examples publish with them. */
const CA_PRIVATE = '723222B51845E8B41A66263AE90E962148F9CCC3BE45B3E5902CEC0195F2AEAF';
const ISSUER_PRIVATE = 'DD5015968F6E10BE471523C58716FC0A36A40B309E62039DF6ED9FC62C6EA5F8';
const STATIC_DATA = hex('5A0854133390001015135F24032912315980');

const use: EccCertificateUse = {
  date: '260115',
  time: '120000',
  pan: '5413339000101513',
  revoked: [],
};

/** Signs anew what was changed, so that the certificate fails for nothing but the change. */
function signed(message: string, privateKey: string): Uint8Array {
  const { BASE, Fn, Fp } = p256.Point;
  const d = BigInt(`0x${privateKey}`);
  const even = BASE.multiply(d).y <= Fp.ORDER / 2n ? d : Fn.neg(d);
  const commitment = sha256(concatBytes(Fp.toBytes(BASE.multiply(7n).x), hex(message)));
  const r = Fn.create(BigInt(`0x${encodeHex(commitment)}`));
  return concatBytes(hex(message), commitment, Fn.toBytes(Fn.add(7n, Fn.mul(r, even))));
}

function kindOf<T>(result: Result<T, OdaFault>): string {
  return result.ok ? 'verified' : result.error.kind;
}

const caKey = verifyEccCaKey(CA);
const issuerMessage = encodeHex(ISSUER.subarray(0, 53));
const iccMessage = encodeHex(ICC.subarray(0, 17)) + encodeHex(sha256(STATIC_DATA));
const iccX = encodeHex(ICC.subarray(49, 81));

describe('the published chain', () => {
  test('from the CA public key to the issuer to the card', () => {
    expect(caKey).toMatchObject({ value: { suite: 0x10, index: 0xe0, rid: hex('A000000004') } });
    if (!caKey.ok) return;
    const issuerKey = verifyEccIssuerCertificate(caKey.value, ISSUER, use);
    expect(issuerKey).toMatchObject({ value: { suite: 0x10, x: ISSUER.slice(21, 53) } });
    if (!issuerKey.ok) return;
    // What the card's static data were is not published: all holds but their hash.
    expect(kindOf(verifyEccIccCertificate(issuerKey.value, ICC, STATIC_DATA, use))).toBe('hash');
    const icc = signed(iccMessage + iccX, ISSUER_PRIVATE);
    const key = verifyEccIccCertificate(issuerKey.value, icc, STATIC_DATA, use);
    expect(key).toMatchObject({ value: ICC.slice(49, 81) });
  });
});

describe('a CA public key that signs itself', () => {
  test.each([
    ['format', `21${encodeHex(CA).slice(2)}`],
    ['format', `2001${encodeHex(CA).slice(4)}`],
    ['key-algorithm', encodeHex(CA).replace('E010', 'E012')],
    ['length', encodeHex(CA).slice(0, -2)],
    ['length', `${encodeHex(CA)}00`],
    ['signature', encodeHex(CA).replace('E010', 'E110')],
    ['format', ''],
  ])('fails: %s', (kind, certificate) => {
    expect(kindOf(verifyEccCaKey(hex(certificate)))).toBe(kind);
  });
});

describe('an issuer certificate', () => {
  const verify = (certificate: Uint8Array, change: Partial<EccCertificateUse> = {}): string =>
    caKey.ok
      ? kindOf(verifyEccIssuerCertificate(caKey.value, certificate, { ...use, ...change }))
      : '';
  const changed = (from: string, to: string): Uint8Array =>
    signed(issuerMessage.replace(from, to), CA_PRIVATE);

  test.each([
    ['verified', '', ''],
    ['format', '1200', '1300'],
    ['format', '1200', '1201'],
    ['key-algorithm', 'FF10', 'FF13'],
    ['length', 'FF10', 'FF11'],
    ['ca-key-mismatch', 'A000000004', 'A000000003'],
    ['ca-key-mismatch', '04E0', '04E1'],
    ['issuer-identifier', '54133390FF', '54133391FF'],
    ['issuer-identifier', '54133390FF', 'FFFFFFFFFF'],
    ['expired', '20301231', '20251231'],
    ['expired', '20301231', '203012FF'],
  ])('is %s with %s made %s', (kind, from, to) => {
    expect(verify(changed(from, to))).toBe(kind);
  });

  test('is good on its last day', () => {
    expect(verify(ISSUER, { date: '301231' })).toBe('verified');
    expect(verify(ISSUER, { date: '310101' })).toBe('expired');
  });

  test('is refused when revoked or signed by another', () => {
    const revoked = [{ rid: hex('A000000004'), index: 0xe0, serial: hex('123456') }];
    expect(verify(ISSUER, { revoked })).toBe('revoked');
    expect(verify(signed(issuerMessage, ISSUER_PRIVATE))).toBe('signature');
  });
});

describe('a card certificate', () => {
  const issuerKey = { suite: 0x10, x: ISSUER.slice(21, 53) };
  const verify = (message: string, change: Partial<EccCertificateUse> = {}): string =>
    kindOf(
      verifyEccIccCertificate(issuerKey, signed(message, ISSUER_PRIVATE), STATIC_DATA, {
        ...use,
        ...change,
      }),
    );

  test.each([
    ['verified', '', ''],
    ['format', '140000', '120000'],
    ['format', '140000', '140100'],
    ['key-algorithm', '140000', '140001'],
    ['expired', '202912312359', '202601151159'],
    ['verified', '202912312359', '202601151200'],
    ['expired', '202912312359', '2029123123AA'],
    ['hash-algorithm', '0000102', '0000202'],
    ['hash-algorithm', '0000102', '0000101'],
  ])('is %s with %s made %s', (kind, from, to) => {
    expect(verify(iccMessage.replace(from, to) + iccX)).toBe(kind);
  });

  test('is refused when cut, or signed by an issuer of an unknown suite', () => {
    expect(verify(iccMessage + iccX.slice(2))).toBe('length');
    const icc = signed(iccMessage + iccX, ISSUER_PRIVATE);
    const unknown = { ...issuerKey, suite: 0x99 };
    expect(kindOf(verifyEccIccCertificate(unknown, icc, STATIC_DATA, use))).toBe('key-algorithm');
  });
});
