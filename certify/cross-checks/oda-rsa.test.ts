import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { recoverIccKey, recoverPinEnciphermentKey } from '#kernel/emv/oda/icc-certificate.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import { issueCertificate, makeKey, nodeRsa } from '../../bench/oda-card.ts';

describe('RSA recovery agrees with OpenSSL', () => {
  test.each([
    [768, 3],
    [1024, 65537],
    [1984, 3],
  ] as const)('keys of %s bits with exponent %s', (bits, exponent) => {
    const key = makeKey(bits, exponent);
    const signatures = fc.uint8Array({
      minLength: key.modulus.length,
      maxLength: key.modulus.length,
    });
    fc.assert(
      fc.property(signatures, (signature) => {
        const ours = bigintRsa.recover(key.modulus, key.exponent, signature);
        expect(ours).toEqual(nodeRsa.recover(key.modulus, key.exponent, signature));
      }),
    );
  });

  test('what a key signs is what is recovered', () => {
    const key = makeKey(1024);
    const message = new Uint8Array(key.modulus.length).fill(0x6a);
    const signature = key.sign(message);
    expect(bigintRsa.recover(key.modulus, key.exponent, signature)).toEqual(message);
  });
});

describe('the key that PINs are enciphered with', () => {
  const PAN = '67999901000000000019';
  const [issuer, icc] = [makeKey(1024), makeKey(1024)];
  const trusted = { rsa: bigintRsa, caKeys: [], revoked: [], rid: hex('B054455353') };
  const today = { ...trusted, date: '260115' };

  function cardWith(holder: string, staticData?: Uint8Array): Map<string, Uint8Array> {
    const fields = { holder, expiry: '1230' };
    const { certificate, remainder } = issueCertificate(issuer, icc, fields, staticData);
    return new Map([
      ['5A', hex(PAN)],
      ['9F2D', certificate],
      ['9F2E', icc.exponent],
      ['9F2F', remainder],
    ]);
  }

  test('is recovered from its own certificate, which covers no static data', () => {
    const card = cardWith(PAN);
    const key = recoverPinEnciphermentKey(today, issuer, card);
    expect(key).toMatchObject({ value: { modulus: icc.modulus, exponent: icc.exponent } });
    const static82 = recoverPinEnciphermentKey(today, issuer, cardWith(PAN, hex('5980')));
    expect(static82).toMatchObject({ error: { kind: 'hash', path: '9F2D' } });
  });

  test.each([
    ['pan', '67999901000000000027', today.date],
    ['expired', PAN, '310101'],
  ])('is refused: %s', (kind, holder, date) => {
    const key = recoverPinEnciphermentKey({ ...today, date }, issuer, cardWith(holder));
    expect(key).toMatchObject({ error: { kind, path: '9F2D' } });
  });

  test.each(['9F2D', '9F2E', '9F2F'])('is missing without %s', (tag) => {
    const card = cardWith(PAN);
    card.delete(tag);
    const key = recoverPinEnciphermentKey(today, issuer, card);
    expect(key).toMatchObject({ error: { kind: 'data-missing', path: tag } });
    // The other key has tags of its own.
    const other = recoverIccKey(today, issuer, card, new Uint8Array(0));
    expect(other).toMatchObject({ error: { kind: 'data-missing', path: '9F46' } });
  });
});
