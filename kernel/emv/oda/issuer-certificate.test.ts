import { describe, expect, test } from 'vitest';
import made from '../../../test-vectors/oda/rsa-made.json' with { type: 'json' };
import { encodeHex, hex } from '../../bytes/hex.ts';
import { isCertificateExpired } from './dates.ts';
import { recoverIssuerKey, type TrustedKeys } from './issuer-certificate.ts';
import { bigintRsa } from './rsa-bigint.ts';

const SERIAL = '000001';
const vector = made.vectors.find(({ id }) => id === 'made-sda');
const input = vector?.input as {
  readonly rid: string;
  readonly caKeys: readonly { readonly modulus: string; readonly exponent: string }[];
  readonly card: Readonly<Record<string, string>>;
};
const card = new Map(Object.entries(input.card).map(([tag, value]) => [tag, hex(value)]));
const [caKey = { modulus: '', exponent: '' }] = input.caKeys;
const rid = hex(input.rid);
const key = { rid, index: 1, modulus: hex(caKey.modulus), exponent: hex(caKey.exponent) };

function recover(change: Partial<TrustedKeys>): string {
  const trusted = { rsa: bigintRsa, caKeys: [key], revoked: [], rid, date: '260115', ...change };
  const issuer = recoverIssuerKey(trusted, card);
  return issuer.ok ? encodeHex(issuer.value.modulus) : issuer.error.kind;
}

describe('an issuer certificate', () => {
  test('gives the issuer key', () => {
    expect(recover({})).toBe(vector?.expect.issuerModulus);
  });

  test('is refused when revoked, by RID, CA public key index and serial number', () => {
    const revoked = { rid, index: 1, serial: hex(SERIAL) };
    expect(recover({ revoked: [revoked] })).toBe('revoked');
    const others = [
      { ...revoked, rid: hex('A000000003') },
      { ...revoked, index: 2 },
      { ...revoked, serial: hex('000002') },
    ];
    expect(recover({ revoked: others })).toBe(vector?.expect.issuerModulus);
    expect(recover({ revoked: [...others, revoked] })).toBe('revoked');
  });

  test('is refused when the CA public key has expired', () => {
    expect(recover({ caKeys: [{ ...key, expiry: '260115' }] })).toBe(vector?.expect.issuerModulus);
    expect(recover({ caKeys: [{ ...key, expiry: '260114' }] })).toBe('ca-key-expired');
    expect(recover({ caKeys: [{ ...key, expiry: '991231' }] })).toBe('ca-key-expired');
  });
});

test.each([
  ['1226', '261231', false],
  ['1226', '270101', true],
  ['0150', '260115', true],
  ['0149', '260115', false],
  ['1299', '991231', false],
  ['0100', '991231', false],
  ['0026', '200101', true],
  ['1326', '200101', true],
  ['1F26', '200101', true],
  ['122F', '200101', true],
])('a certificate until %s on %s is expired: %s', (expiry, date, expired) => {
  expect(isCertificateExpired(hex(expiry), date)).toBe(expired);
});
