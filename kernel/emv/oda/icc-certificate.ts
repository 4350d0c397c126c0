import { malformed, type Result } from '../../bytes/result.ts';
import type { RsaPublicKey } from './ca-public-key.ts';
import {
  type CardData,
  checkCertificateHash,
  checkExpiry,
  type KeyTags,
  keyOf,
  required,
  withKeyParts,
} from './certified-key.ts';
import type { OdaFault } from './fault.ts';
import type { TrustedKeys } from './issuer-certificate.ts';
import { panDigits, withoutFilling } from './pan.ts';
import { recoverSigned } from './recovered-data.ts';

/** The tags of one of the card's two keys. */
interface IccKeyTags extends KeyTags {
  readonly certificate: string;
}

const SIGNATURE_KEY: IccKeyTags = { certificate: '9F46', exponent: '9F47', remainder: '9F48' };
const PIN_KEY: IccKeyTags = { certificate: '9F2D', exponent: '9F2E', remainder: '9F2F' };
const PAN_AT = 2;
const EXPIRY_AT = 12;

/**
 * Recovers the card's public key from its certificate (9F46, with 9F47 and 9F48); `staticData` is
 * what staticDataToAuthenticate gives. Every check of the book, in its order, fails with its own
 * kind. Source: EMV 4.4 Book 2, 6.4 and table 14.
 */
export function recoverIccKey(
  trusted: TrustedKeys,
  issuerKey: RsaPublicKey,
  card: CardData,
  staticData: Uint8Array,
): Result<RsaPublicKey, OdaFault> {
  return recoverKey(trusted, issuerKey, card, staticData, SIGNATURE_KEY);
}

/**
 * Recovers the key that offline PINs are enciphered with (9F2D, with 9F2E and 9F2F). A card without
 * 9F2D may have its other key used: that choice is the caller's. Source: EMV 4.4 Book 2, 7.1; no
 * static data is signed with it.
 */
export function recoverPinEnciphermentKey(
  trusted: TrustedKeys,
  issuerKey: RsaPublicKey,
  card: CardData,
): Result<RsaPublicKey, OdaFault> {
  return recoverKey(trusted, issuerKey, card, new Uint8Array(0), PIN_KEY);
}

function recoverKey(
  trusted: TrustedKeys,
  issuerKey: RsaPublicKey,
  card: CardData,
  staticData: Uint8Array,
  tags: IccKeyTags,
): Result<RsaPublicKey, OdaFault> {
  const tag = tags.certificate;
  const certificate = required(card, tag);
  if (!certificate.ok) return certificate;
  const layout = { tag, format: 0x04, hashAlgorithmAt: 17, bodyAt: 21 };
  const recovered = recoverSigned(trusted.rsa, issuerKey, certificate.value, layout);
  if (!recovered.ok) return recovered;
  const whole = withKeyParts(recovered.value, EXPIRY_AT, card, tags);
  if (!whole.ok) return whole;
  const hash = checkCertificateHash(whole.value, staticData);
  if (!hash.ok) return hash;
  const pan = panDigits(card);
  if (!pan.ok) return pan;
  const certified = withoutFilling(recovered.value.bytes.subarray(PAN_AT, EXPIRY_AT));
  if (certified !== pan.value) return malformed('pan', tag, PAN_AT);
  const expiry = checkExpiry(whole.value, trusted.date);
  return expiry.ok ? keyOf(whole.value) : expiry;
}
