import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectOk } from '#kernel/bytes/result.ts';
import { type Expected, type SignedChallenge, verifyAssertion } from './assertion.ts';
import { decodeCoseKey } from './cose-key.ts';
import { authenticatorOf, RELYING_PARTY } from './signed-challenge.fixture.ts';

const CHALLENGE = Uint8Array.from({ length: 32 }, (_, i) => i);

describe.each(['ES256', 'EdDSA'] as const)('%s', (algorithm) => {
  const { authenticator, registration, sign } = authenticatorOf(algorithm);
  const key = expectOk(decodeCoseKey(registration.publicKey));
  const expected = (change: Partial<Expected> = {}): Expected => {
    return { challenge: CHALLENGE, relyingParty: RELYING_PARTY, key, signCount: 0, ...change };
  };
  const refused = (signed: SignedChallenge, change: Partial<Expected> = {}) => {
    const verified = verifyAssertion(signed, expected(change));
    return verified.ok ? 'taken' : verified.error;
  };
  const withFlags = (signed: SignedChallenge, flags: number) => ({
    ...signed,
    authenticatorData: signed.authenticatorData.map((byte, i) => (i === 32 ? flags : byte)),
  });
  const withClient = (change: object) => {
    const signed = sign(CHALLENGE);
    const json = JSON.parse(new TextDecoder().decode(signed.clientDataJson));
    const clientDataJson = new TextEncoder().encode(JSON.stringify({ ...json, ...change }));
    return { ...signed, clientDataJson };
  };

  test('what the authenticator signed is taken, and its counter goes up', () => {
    const first = verifyAssertion(sign(CHALLENGE), expected());
    const second = verifyAssertion(sign(CHALLENGE), expected());
    expect([first, second]).toEqual([
      { ok: true, value: { signCount: 1 } },
      { ok: true, value: { signCount: 2 } },
    ]);
  });

  test('what its user did not confirm is not signed, and one thing each time', () => {
    sign(CHALLENGE);
    const request = { relyingPartyId: 'localhost', origin: 'https://localhost' };
    const again = authenticator.sign({ ...request, challenge: CHALLENGE });
    expect(again).toEqual({ ok: false, error: 'user-not-verified' });
  });

  test('a counter that stays or goes back is refused; one that was never there is not', () => {
    const signed = sign(CHALLENGE);
    const count = new DataView(signed.authenticatorData.buffer).getUint32(33);
    expect(refused(signed, { signCount: count })).toBe('counter-went-back');
    expect(refused(signed, { signCount: count + 5 })).toBe('counter-went-back');
    expect(refused(signed, { signCount: count - 1 })).toBe('taken');
  });

  test('another challenge, origin or relying party is refused', () => {
    expect(refused(sign(CHALLENGE.map((byte) => byte ^ 1)))).toBe('wrong-challenge');
    expect(refused(sign(CHALLENGE, { origin: 'https://localhost.example' }))).toBe('wrong-origin');
    const id = 'pay.example';
    const otherParty = { id, origins: RELYING_PARTY.origins };
    expect(refused(sign(CHALLENGE), { relyingParty: otherParty })).toBe('wrong-relying-party');
  });

  test('the user must be present and verified, and the flags make sense', () => {
    const signed = sign(CHALLENGE);
    for (const [flags, fault] of [
      [0x04, 'user-not-present'],
      [0x01, 'user-not-verified'],
      [0x00, 'user-not-present'],
      [0x45, 'bad-authenticator-data'],
      [0x85, 'bad-authenticator-data'],
      [0x15, 'bad-authenticator-data'],
      // Present and verified, but not what was signed.
      [0x0d, 'bad-signature'],
    ] as const) {
      expect(refused(withFlags(signed, flags)), `${flags}`).toBe(fault);
    }
  });

  test('client data of another kind or in a foreign frame is refused', () => {
    for (const [change, fault] of [
      [{ type: 'webauthn.create' }, 'wrong-type'],
      [{ crossOrigin: true }, 'wrong-origin'],
      [{ topOrigin: 'https://shop.example' }, 'wrong-origin'],
      [{ origin: ['https://localhost'] }, 'wrong-origin'],
      [{ padding: 'x'.repeat(512) }, 'bad-client-data'],
      [{ added: true }, 'bad-signature'],
    ] as const) {
      expect(refused(withClient(change)), fault).toBe(fault);
    }
    for (const text of ['', 'null', '[]', '{', '"text"', '\xff']) {
      const clientDataJson = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      expect(refused({ ...sign(CHALLENGE), clientDataJson })).toBe('bad-client-data');
    }
  });

  test('every truncation of a part and another key are refused', () => {
    const signed = sign(CHALLENGE);
    for (const part of ['clientDataJson', 'authenticatorData', 'signature'] as const) {
      for (let length = 0; length < signed[part].length; length++) {
        expect(refused({ ...signed, [part]: signed[part].subarray(0, length) })).not.toBe('taken');
      }
    }
    const other = authenticatorOf(algorithm).registration.publicKey;
    expect(refused(signed, { key: expectOk(decodeCoseKey(other)) })).toBe('bad-signature');
  });

  test('no bytes make it throw or are taken', () => {
    const bytes = fc.uint8Array({ maxLength: 80 });
    const parts = fc.record({ clientDataJson: bytes, authenticatorData: bytes, signature: bytes });
    fc.assert(fc.property(parts, (signed) => refused(signed) !== 'taken'));
    const signed = sign(CHALLENGE);
    fc.assert(fc.property(bytes, (signature) => refused({ ...signed, signature }) !== 'taken'));
  });
});
