import { encodeBcd } from '../bytes/bcd.ts';
import { decodeTlv, findTag } from '../tlv/ber.ts';
import { SCORING_TAGS } from './scoring-dataset.ts';

/**
 * What a FIDO2 authenticator made of a challenge, and for which request it was asked. Source: W3C
 * Web Authentication level 2, 5.2.2 (AuthenticatorAssertionResponse).
 */
export interface FidoAssertion {
  readonly credentialId: Uint8Array;
  readonly clientDataJson: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly signature: Uint8Array;
  /** The request whose answer carried the challenge. */
  readonly intent: FidoIntent;
}

/** A request by its DE 11 and DE 7. */
export interface FidoIntent {
  /** 1 to 999999. */
  readonly stan: number;
  /** MMDDhhmmss. */
  readonly transmittedAt: string;
}

/** The objects of DE 60 that carry an assertion. */
export function fidoAssertionObjects(assertion: FidoAssertion) {
  const { stan, transmittedAt } = assertion.intent;
  return [
    { tag: SCORING_TAGS.assertionCredential, value: assertion.credentialId },
    { tag: SCORING_TAGS.assertionClientData, value: assertion.clientDataJson },
    { tag: SCORING_TAGS.assertionAuthenticatorData, value: assertion.authenticatorData },
    { tag: SCORING_TAGS.assertionSignature, value: assertion.signature },
    {
      tag: SCORING_TAGS.assertionIntent,
      value: encodeBcd(`${stan.toString().padStart(6, '0')}${transmittedAt}`),
    },
  ];
}

/** The challenge in a scoring answer (DE 61); `undefined` where there is none of 32 bytes. */
export function readFidoChallenge(
  scoringAnswer: string | Uint8Array | undefined,
): Uint8Array | undefined {
  if (typeof scoringAnswer !== 'object') return undefined;
  const decoded = decodeTlv(scoringAnswer);
  const value = decoded.ok ? findTag(decoded.value, SCORING_TAGS.challenge)?.value : undefined;
  return value?.length === 32 ? value : undefined;
}
