import { createHash, verify } from 'node:crypto';
import { concatBytes, equalBytes } from '#kernel/bytes/bytes.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { FidoAssertion } from '#kernel/transaction/fido-assertion.ts';
import type { CredentialKey } from './cose-key.ts';

/** Who asks for assertions. */
export interface RelyingParty {
  /** The domain that credentials are bound to. */
  readonly id: string;
  /** The origins whose pages may ask for one. */
  readonly origins: readonly string[];
}

/** What an assertion is held against. */
export interface Expected {
  readonly challenge: Uint8Array;
  readonly relyingParty: RelyingParty;
  readonly key: CredentialKey;
  /** The counter of the last assertion that was taken; 0 where the authenticator has none. */
  readonly signCount: number;
}

/** What an authenticator made: an assertion without the request it is for. */
export type SignedChallenge = Omit<FidoAssertion, 'intent' | 'credentialId'>;

/** Why an assertion proves nothing. */
export type AssertionFault =
  | 'bad-client-data'
  /** Not of `navigator.credentials.get`. */
  | 'wrong-type'
  /** Of another amount, payee or request. */
  | 'wrong-challenge'
  | 'wrong-origin'
  | 'bad-authenticator-data'
  | 'wrong-relying-party'
  | 'user-not-present'
  | 'user-not-verified'
  | 'bad-signature'
  /** The counter did not go up: a copy of the authenticator, or the same assertion again. */
  | 'counter-went-back';

/**
 * Verifies an assertion; the new counter when it holds. Extensions are not asked for and so not
 * taken. Source: W3C Web Authentication level 2, 7.2, steps 10 to 21.
 */
export function verifyAssertion(
  signed: SignedChallenge,
  expected: Expected,
): Result<{ readonly signCount: number }, AssertionFault> {
  const client = checkClientData(signed.clientDataJson, expected);
  if (client) return fail(client);
  const data = signed.authenticatorData;
  const checked = checkAuthenticatorData(data, expected.relyingParty.id);
  if (!checked.ok) return checked;
  const clientHash = createHash('sha256').update(signed.clientDataJson).digest();
  if (!isSignedBy(expected.key, concatBytes(data, clientHash), signed.signature))
    return fail('bad-signature');
  const { signCount } = checked.value;
  const counts = signCount !== 0 || expected.signCount !== 0;
  if (counts && signCount <= expected.signCount) return fail('counter-went-back');
  return ok({ signCount });
}

const MOST_CLIENT_DATA_BYTES = 512;

function checkClientData(
  bytes: Uint8Array,
  { challenge, relyingParty }: Expected,
): AssertionFault | undefined {
  const data = bytes.length <= MOST_CLIENT_DATA_BYTES ? parseObject(bytes) : undefined;
  if (!data) return 'bad-client-data';
  if (data['type'] !== 'webauthn.get') return 'wrong-type';
  if (data['challenge'] !== Buffer.from(challenge).toString('base64url')) return 'wrong-challenge';
  const { origin, crossOrigin = false, topOrigin } = data;
  if (typeof origin !== 'string' || !relyingParty.origins.includes(origin)) return 'wrong-origin';
  // In a frame of another site the customer may not see who asks.
  return crossOrigin !== false || topOrigin !== undefined ? 'wrong-origin' : undefined;
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The hash of the relying party's id, flags, and a counter of four bytes. */
const AUTHENTICATOR_DATA_BYTES = 37;
/** WebAuthn level 3, 6.1: present, verified, backup eligible, backed up, attested, extended. */
const FLAG = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40, ed: 0x80 } as const;

function checkAuthenticatorData(
  data: Uint8Array,
  relyingPartyId: string,
): Result<{ readonly signCount: number }, AssertionFault> {
  const flags = data[32] ?? 0;
  const isOdd = (flags & FLAG.bs) !== 0 && (flags & FLAG.be) === 0;
  if (data.length !== AUTHENTICATOR_DATA_BYTES || (flags & (FLAG.at | FLAG.ed)) !== 0 || isOdd)
    return fail('bad-authenticator-data');
  const idHash = createHash('sha256').update(relyingPartyId, 'utf8').digest();
  if (!equalBytes(data.subarray(0, 32), idHash)) return fail('wrong-relying-party');
  if ((flags & FLAG.up) === 0) return fail('user-not-present');
  if ((flags & FLAG.uv) === 0) return fail('user-not-verified');
  return ok({ signCount: new DataView(data.buffer, data.byteOffset).getUint32(33) });
}

function isSignedBy(key: CredentialKey, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(key.algorithm === 'ES256' ? 'sha256' : null, data, key.key, signature);
  } catch {
    return false;
  }
}
