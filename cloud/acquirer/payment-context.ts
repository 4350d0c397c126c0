import { decodeLatin1 } from '#kernel/bytes/ascii.ts';
import { decodeBcd } from '#kernel/bytes/bcd.ts';
import { readUint } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import type { FidoAssertion } from '#kernel/transaction/fido-assertion.ts';
import { SCORING_TAGS } from '#kernel/transaction/scoring-dataset.ts';
import { ATTESTATIONS, CHANNELS, type Features, VERIFICATIONS } from '../scoring/features.ts';

/** What the terminal says of a payment beside what the card signed. */
export interface PaymentContext
  extends Pick<
    Features,
    | 'verification'
    | 'channel'
    | 'attestation'
    | 'energyPercent'
    | 'checkedIn'
    | 'basketLines'
    | 'cardTimeMs'
  > {
  /** Hex. */
  readonly deviceToken: string | undefined;
  /** Hostile until it is verified. */
  readonly assertion?: FidoAssertion;
}

/**
 * Reads a scoring dataset (DE 60). What is missing or unreadable only makes the score poorer, so it
 * is taken for unknown.
 */
export function readPaymentContext(field: string | Uint8Array | undefined): PaymentContext {
  const decoded = decodeTlv(typeof field === 'object' ? field : new Uint8Array(0));
  const objects = decoded.ok ? decoded.value : [];
  const bytesOf = (name: keyof typeof SCORING_TAGS) => findTag(objects, SCORING_TAGS[name])?.value;
  const number = (name: keyof typeof SCORING_TAGS, lengthBytes: number, most: number) => {
    const bytes = bytesOf(name);
    const value = bytes?.length === lengthBytes ? readUint(bytes) : undefined;
    return value !== undefined && value <= most ? value : null;
  };
  const word = (name: keyof typeof SCORING_TAGS) =>
    decodeLatin1(bytesOf(name) ?? new Uint8Array(0));
  const find = <Word extends string>(words: readonly Word[], unknown: Word, said: string) =>
    words.find((each) => each === said) ?? unknown;
  const token = bytesOf('deviceToken') ?? new Uint8Array(0);
  // A signature over amount and payee counts once it was checked, not because a terminal says so.
  const said = word('cardholderVerification');
  return {
    verification: said === 'fido2' ? 'unknown' : find(VERIFICATIONS, 'unknown', said),
    channel: find(CHANNELS, 'unknown', word('channel')),
    attestation: find(ATTESTATIONS, 'unknown', word('attestation')),
    energyPercent: number('energyPercent', 1, 100),
    checkedIn: number('checkedIn', 1, 1),
    basketLines: number('basketLines', 2, 0xffff),
    cardTimeMs: number('cardTimeMs', 4, 0xffffffff),
    deviceToken: token.length > 0 && token.length <= 32 ? encodeHex(token) : undefined,
    ...readAssertion(bytesOf),
  };
}

/** All parts of an assertion, or nothing. */
function readAssertion(
  bytesOf: (name: keyof typeof SCORING_TAGS) => Uint8Array | undefined,
): Pick<PaymentContext, 'assertion'> {
  const credentialId = bytesOf('assertionCredential');
  const clientDataJson = bytesOf('assertionClientData');
  const authenticatorData = bytesOf('assertionAuthenticatorData');
  const signature = bytesOf('assertionSignature');
  const digits = decodeBcd(bytesOf('assertionIntent') ?? new Uint8Array(0));
  if (!credentialId || !clientDataJson || !authenticatorData || !signature) return {};
  if (!digits.ok || digits.value.length !== 16) return {};
  const [stan, transmittedAt] = [Number(digits.value.slice(0, 6)), digits.value.slice(6)];
  const signed = { credentialId, clientDataJson, authenticatorData, signature };
  return { assertion: { ...signed, intent: { stan, transmittedAt } } };
}
