import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { KeyLengthError } from './block-cipher.ts';
import { verifyCryptogram } from './cryptogram.ts';
import { buildCryptogramData, type CryptogramVersion } from './cryptogram-versions.ts';
import {
  deriveAesSessionKey,
  deriveCommonSessionKey,
  deriveMastercardSessionKey,
  type SessionKeyError,
} from './emv-session-keys.ts';
import type { SecretKey } from './secret-key.ts';

/** The value of a data object of the transaction, by tag. */
export type TagLookUp = (tag: string) => Uint8Array | undefined;

/** Why a card's cryptogram is not accepted. */
export type ApplicationCryptogramError =
  | KeyLengthError
  | SessionKeyError
  | Malformed<'missing-data' | 'cryptogram-mismatch'>;

/**
 * Verifies an application cryptogram (9F26) as its cryptogram version says: derives the session key
 * from the card's master key, builds what was signed, compares in constant time. Gives the session
 * key, which the answer to the card (ARPC) is made with. Source: EMV 4.4 Book 2, 8.1.
 */
export function verifyApplicationCryptogram(
  version: CryptogramVersion,
  masterKey: SecretKey,
  lookUp: TagLookUp,
): Result<SecretKey, ApplicationCryptogramError> {
  const cryptogram = lookUp('9F26');
  if (!cryptogram) return malformed('missing-data', '9F26', 0);
  const data = buildCryptogramData(version, lookUp);
  if (!data.ok) return data;
  const sessionKey = deriveVersionSessionKey(version, masterKey, lookUp);
  if (!sessionKey.ok) return sessionKey;
  const { algorithm, padding } = version;
  const request = { algorithm, padding, sessionKey: sessionKey.value, data: data.value };
  const verified = verifyCryptogram(request, cryptogram);
  return verified.ok ? ok(sessionKey.value) : verified;
}

/** The session key that a cryptogram version makes from the card's master key. */
export function deriveVersionSessionKey(
  version: CryptogramVersion,
  masterKey: SecretKey,
  lookUp: TagLookUp,
): Result<SecretKey, ApplicationCryptogramError> {
  const atc = lookUp('9F36');
  if (!atc) return malformed('missing-data', '9F36', 0);
  switch (version.sessionKey) {
    case 'none':
      return ok(masterKey);
    case 'common':
      return deriveCommonSessionKey(masterKey, atc);
    case 'mastercard': {
      const unpredictableNumber = lookUp('9F37');
      if (!unpredictableNumber) return malformed('missing-data', '9F37', 0);
      return deriveMastercardSessionKey(masterKey, atc, unpredictableNumber);
    }
    case 'aes':
      return deriveAesSessionKey(masterKey, atc);
    default:
      return version.sessionKey satisfies never;
  }
}
