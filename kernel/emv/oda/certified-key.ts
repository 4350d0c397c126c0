import { concatBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { RsaPublicKey } from './ca-public-key.ts';
import { isCertificateExpired, type TransactionDate } from './dates.ts';
import type { OdaFault } from './fault.ts';
import { checkHash, type RecoveredData } from './recovered-data.ts';

const RSA = 0x01;

/** A card's data objects by upper-case tag. */
export type CardData = ReadonlyMap<string, Uint8Array>;

/** The data object of this tag. Error: `data-missing`. */
export function required(card: CardData, tag: string): Result<Uint8Array, OdaFault> {
  const value = card.get(tag);
  return value && value.length > 0 ? ok(value) : malformed('data-missing', tag, 0);
}

/** The tags in which a card gives what its certificate has no room for. */
export interface KeyTags {
  readonly remainder: string;
  readonly exponent: string;
}

/** A certificate's parts; `expiryAt` is where the fields begin that both certificates share. */
export interface KeyCertificate {
  readonly recovered: RecoveredData;
  readonly expiryAt: number;
  readonly remainder: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * Adds the remainder and the exponent that the card gives to a recovered certificate. A remainder
 * that the key does not need may be absent or empty. Error: `data-missing`. Source: EMV 4.4 Book 2,
 * 5.1.1 and 6.1.1.
 */
export function withKeyParts(
  recovered: RecoveredData,
  expiryAt: number,
  card: CardData,
  tags: KeyTags,
): Result<KeyCertificate, OdaFault> {
  const exponent = required(card, tags.exponent);
  if (!exponent.ok) return exponent;
  const remainder = card.get(tags.remainder) ?? new Uint8Array(0);
  const keyLength = recovered.bytes[expiryAt + 7] ?? 0;
  if (keyLength > recovered.body.length && remainder.length === 0) {
    return malformed('data-missing', tags.remainder, 0);
  }
  return ok({ recovered, expiryAt, remainder, exponent: exponent.value });
}

/** The hash over a certificate, its key's other parts and what else is signed with it. */
export function checkCertificateHash(
  { recovered, remainder, exponent }: KeyCertificate,
  staticData: Uint8Array,
): Result<undefined, OdaFault> {
  return checkHash(recovered, remainder, exponent, staticData);
}

/** Whether the certificate is still valid. Error: `expired`. */
export function checkExpiry(
  { recovered, expiryAt }: KeyCertificate,
  date: TransactionDate,
): Result<undefined, OdaFault> {
  const expiry = recovered.bytes.subarray(expiryAt, expiryAt + 2);
  return isCertificateExpired(expiry, date)
    ? malformed('expired', recovered.layout.tag, expiryAt)
    : ok(undefined);
}

/**
 * The key that a certificate holds: the digits in it, then the remainder. Errors: `key-algorithm`,
 * `key-length`. Source: EMV 4.4 Book 2, 5.3 steps 11 and 12, 6.4 steps 10 and 11.
 */
export function keyOf(certificate: KeyCertificate): Result<RsaPublicKey, OdaFault> {
  const { recovered, expiryAt, remainder, exponent } = certificate;
  const { bytes, body, layout } = recovered;
  const [algorithmAt, lengthAt, exponentLengthAt] = [expiryAt + 6, expiryAt + 7, expiryAt + 8];
  if (bytes[algorithmAt] !== RSA) return malformed('key-algorithm', layout.tag, algorithmAt);
  const length = bytes[lengthAt] ?? 0;
  const digits = length > body.length ? concatBytes(body, remainder) : body.subarray(0, length);
  if (digits.length !== length) return malformed('key-length', layout.tag, lengthAt);
  if (bytes[exponentLengthAt] !== exponent.length) {
    return malformed('key-length', layout.tag, exponentLengthAt);
  }
  return ok({ modulus: digits, exponent });
}
