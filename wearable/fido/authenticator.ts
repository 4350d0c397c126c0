import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { CounterFailure, Memory } from '../memory.ts';
import type { UserVerification } from '../personalisation.ts';

/** What a relying party keeps of a credential. */
export interface FidoRegistration {
  readonly credentialId: Uint8Array;
  /** COSE_Key, canonical CBOR. Source: RFC 9053, 7. */
  readonly publicKey: Uint8Array;
  readonly signCount: number;
}

/** What a relying party's page asks for. */
export interface FidoRequest {
  readonly relyingPartyId: string;
  readonly origin: string;
  readonly challenge: Uint8Array;
}

/** What was signed, and the signature. Source: W3C Web Authentication level 2, 5.2.2. */
export interface FidoSignature {
  readonly credentialId: Uint8Array;
  readonly clientDataJson: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly signature: Uint8Array;
}

/** Why nothing was signed. */
export type FidoFailure = CounterFailure | 'no-credential' | 'user-not-verified';

/** The signature algorithms it has. */
export type FidoAlgorithm = 'ES256' | 'EdDSA';

/**
 * A FIDO2 authenticator as a part of the wearable, client and authenticator in one: it signs a
 * challenge after its user has confirmed on it, once for each confirmation, and counts. Source: W3C
 * Web Authentication level 2, 6.3.3. It speaks no CTAP.
 */
export class FidoAuthenticator {
  readonly #memory: Memory;
  readonly #wearableId: string;
  readonly #user: UserVerification;

  constructor(memory: Memory, wearableId: string, user: UserVerification) {
    this.#memory = memory;
    this.#wearableId = wearableId;
    this.#user = user;
  }

  /** Makes a credential for a relying party, in the place of an earlier one. */
  register(
    relyingPartyId: string,
    algorithm: FidoAlgorithm,
  ): Result<FidoRegistration, CounterFailure> {
    const { publicKey, privateKey } =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
    const text = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const kept = this.#cell(relyingPartyId).write(text);
    if (!kept.ok) return kept;
    const count = this.#counter(relyingPartyId).read();
    if (!count.ok) return count;
    const credentialId = credentialIdOf(privateKey);
    return ok({ credentialId, publicKey: coseKeyOf(publicKey, algorithm), signCount: count.value });
  }

  /** Signs a challenge; the user's confirmation is used up. */
  sign({ relyingPartyId, origin, challenge }: FidoRequest): Result<FidoSignature, FidoFailure> {
    const stored = this.#cell(relyingPartyId).read();
    if (!stored.ok) return stored;
    if (stored.value === undefined) return fail('no-credential');
    if (!this.#user.isConfirmed) return fail('user-not-verified');
    this.#user.isConfirmed = false;
    const counted = this.#counter(relyingPartyId).increment();
    if (!counted.ok) return counted;
    const key = createPrivateKey({
      key: Buffer.from(stored.value, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    const clientDataJson = new TextEncoder().encode(
      JSON.stringify({
        type: 'webauthn.get',
        challenge: Buffer.from(challenge).toString('base64url'),
        origin,
        crossOrigin: false,
      }),
    );
    const authenticatorData = concatBytes(
      sha256(new TextEncoder().encode(relyingPartyId)),
      Uint8Array.of(USER_PRESENT | USER_VERIFIED),
      Uint8Array.of(0, 0, counted.value >> 8, counted.value & 255),
    );
    const signed = concatBytes(authenticatorData, sha256(clientDataJson));
    const digest = key.asymmetricKeyType === 'ec' ? 'sha256' : null;
    const signature = new Uint8Array(sign(digest, signed, key));
    const credentialId = credentialIdOf(key);
    return ok({ credentialId, clientDataJson, authenticatorData, signature });
  }

  #cell(relyingPartyId: string) {
    return this.#memory.cell(`${this.#wearableId}/fido/${relyingPartyId}/key`);
  }

  #counter(relyingPartyId: string) {
    return this.#memory.counter(`${this.#wearableId}/fido/${relyingPartyId}`);
  }
}

/** WebAuthn level 2, 6.1: flags of the authenticator data. */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** It names the key and tells nothing of it. */
function credentialIdOf(key: KeyObject): Uint8Array {
  return sha256(new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))).slice(0, 16);
}

/** RFC 9053, 7.1 and 7.2, in the order of canonical CBOR. */
function coseKeyOf(publicKey: KeyObject, algorithm: FidoAlgorithm): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (label: number, text: string) =>
    concatBytes(Uint8Array.of(label, 0x58, 32), new Uint8Array(Buffer.from(text, 'base64url')));
  if (algorithm === 'EdDSA') {
    const head = Uint8Array.of(0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06);
    return concatBytes(head, coordinate(0x21, x));
  }
  const head = Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01);
  return concatBytes(head, coordinate(0x21, x), coordinate(0x22, y));
}
