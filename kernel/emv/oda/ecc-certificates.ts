import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { EllipticCurves } from '../../ports/elliptic-curves.ts';
import { dayOf, isAfter, type TransactionDate } from './dates.ts';
import { EC_SDSA_SUITES, type EcSdsaSuite, verifyEcSdsa } from './ec-sdsa.ts';
import type { OdaFault } from './fault.ts';
import { isIssuerOf } from './pan.ts';
import { isRevoked, type RevokedCertificate } from './revocation.ts';

/** An elliptic-curve public key that signs, by its x coordinate. */
export interface EccSigningKey {
  /** Algorithm suite indicator, a key of EC_SDSA_SUITES. */
  readonly suite: number;
  readonly x: Uint8Array;
}

/** A certification authority's elliptic-curve key. */
export interface EccCaPublicKey extends EccSigningKey {
  /** 5 bytes. */
  readonly rid: Uint8Array;
  readonly index: number;
  /** The last day of use, YYMMDD; none when the authority states none. */
  readonly expiry?: TransactionDate;
}

/** When and for whom a certificate is to be good. */
export interface EccCertificateUse {
  readonly date: TransactionDate;
  /** HHMMSS, as tag 9F21. */
  readonly time: string;
  /** The PAN's digits. */
  readonly pan: string;
  readonly revoked: readonly RevokedCertificate[];
  /** The kernel's own unless given. */
  readonly curves?: EllipticCurves | undefined;
}

const [CA, ISSUER, ICC] = [
  { tag: '9F22', format: 0x20, keyAt: 9 },
  { tag: '90', format: 0x12, keyAt: 21 },
  { tag: '9F46', format: 0x14, keyAt: 49 },
] as const;

/**
 * Reads a CA public key in its self-signed form (20 00, RID, index, suite, x, signature). Errors:
 * `length`, `format`, `key-algorithm`, `signature`. Source: Mastercard Ecos v1.0, appendix B, known
 * from its published example.
 */
export function verifyEccCaKey(certificate: Uint8Array): Result<EccCaPublicKey, OdaFault> {
  const suite = certificate[8] ?? 0;
  const parts = split(certificate, CA, suite, suite);
  if (!parts.ok) return parts;
  const key = { suite, x: parts.value.x };
  const checked = checkSignature(key, parts.value, CA.tag);
  if (!checked.ok) return checked;
  return ok({ ...key, rid: certificate.slice(2, 7), index: certificate[7] ?? 0 });
}

/**
 * The key of this RID and index, not expired on `date`. Errors: `ca-key-missing`, `ca-key-expired`.
 * Source: Book E v1.0, 5; as with RSA, EMV 4.4 Book 2, 11.2.
 */
export function findEccCaKey(
  keys: readonly EccCaPublicKey[],
  rid: Uint8Array,
  index: number,
  date: TransactionDate,
): Result<EccCaPublicKey, OdaFault> {
  const key = keys.find((one) => one.index === index && equalBytes(one.rid, rid));
  if (!key) return malformed('ca-key-missing', '8F', 0);
  const isOver = key.expiry !== undefined && isAfter(date, key.expiry);
  return isOver ? malformed('ca-key-expired', '8F', 0) : ok(key);
}

/**
 * Verifies an issuer's certificate (90) and gives the issuer's key: 12 00, issuer identifier (5),
 * suite, expiry YYYYMMDD, serial (3), RID (5), CA index, x, signature. Errors: `length`, `format`,
 * `key-algorithm`, `ca-key-mismatch`, `signature`, `issuer-identifier`, `expired`, `revoked`.
 * Source: Book E (EMV contactless 1.0), known from its published examples and an open kernel 8.
 */
export function verifyEccIssuerCertificate(
  caKey: EccCaPublicKey,
  certificate: Uint8Array,
  use: EccCertificateUse,
): Result<EccSigningKey, OdaFault> {
  const { tag } = ISSUER;
  const suite = certificate[7] ?? 0;
  const parts = split(certificate, ISSUER, suite, caKey.suite);
  if (!parts.ok) return parts;
  const { rid, index } = caKey;
  if (!equalBytes(certificate.subarray(15, 20), rid) || certificate[20] !== index) {
    return malformed('ca-key-mismatch', tag, 15);
  }
  const checked = checkSignature(caKey, parts.value, tag, use.curves);
  if (!checked.ok) return checked;
  if (!isIssuerOf(certificate.subarray(2, 7), use.pan)) {
    return malformed('issuer-identifier', tag, 2);
  }
  const day = encodeHex(certificate.subarray(8, 12));
  if (!/^\d{8}$/.test(day) || day < dayOf(use.date)) return malformed('expired', tag, 8);
  if (isRevoked(use.revoked, { rid, index, serial: certificate.subarray(12, 15) })) {
    return malformed('revoked', tag, 12);
  }
  return ok({ suite, x: parts.value.x });
}

/**
 * Verifies a card's certificate (9F46) and gives x of the card's key, which is of P-256 for key
 * agreement: 14 00 00, expiry YYYYMMDD HHMM, serial (6), 01 02, SHA-256 of the static data, x,
 * signature. Errors: `length`, `format`, `key-algorithm`, `signature`, `expired`,
 * `hash-algorithm`, `hash`. Source: as verifyEccIssuerCertificate.
 */
export function verifyEccIccCertificate(
  issuerKey: EccSigningKey,
  certificate: Uint8Array,
  staticData: Uint8Array,
  use: EccCertificateUse,
): Result<Uint8Array, OdaFault> {
  const { tag } = ICC;
  if (certificate[2] !== 0) return malformed('key-algorithm', tag, 2);
  const parts = split(certificate, ICC, 0x10, issuerKey.suite);
  if (!parts.ok) return parts;
  const checked = checkSignature(issuerKey, parts.value, tag, use.curves);
  if (!checked.ok) return checked;
  if (isOver(certificate, use)) return malformed('expired', tag, 3);
  if (certificate[15] !== 0x01 || certificate[16] !== 0x02) {
    return malformed('hash-algorithm', tag, 15);
  }
  if (!equalBytes(sha256(staticData), certificate.subarray(17, 49))) {
    return malformed('hash', tag, 17);
  }
  return ok(parts.value.x);
}

/** Hashes of the static data by hash algorithm indicator. Source: EMV 4.4 Book 2, B2.3. */
const STATIC_DATA_HASHES: ReadonlyMap<number, EcSdsaSuite['hash']> = new Map<
  number,
  EcSdsaSuite['hash']
>([
  [0x02, sha256],
  [0x03, sha512],
]);
const STATIC_HASH_AT = 17;

/**
 * Verifies a card's certificate (9F46) with contact and gives the key it signs with: 14 00, suite,
 * expiry YYYYMMDD HHMM, serial (6), 00, hash algorithm, hash of the static data, x, signature.
 * Errors: as verifyEccIccCertificate. Source: EMV 4.4 Book 2, 12.4 and table 36.
 */
export function verifyXdaIccCertificate(
  issuerKey: EccSigningKey,
  certificate: Uint8Array,
  staticData: Uint8Array,
  use: EccCertificateUse,
): Result<EccSigningKey, OdaFault> {
  const { tag, format } = ICC;
  const [, , suite = 0] = certificate;
  const hash = STATIC_DATA_HASHES.get(certificate[16] ?? 0);
  if (certificate[15] !== 0x00 || !hash) return malformed('hash-algorithm', tag, 15);
  const hashed = hash(staticData);
  const keyAt = STATIC_HASH_AT + hashed.length;
  const parts = split(certificate, { tag, format, keyAt }, suite, issuerKey.suite);
  if (!parts.ok) return parts;
  if (isOver(certificate, use)) return malformed('expired', tag, 3);
  if (!equalBytes(hashed, certificate.subarray(STATIC_HASH_AT, keyAt))) {
    return malformed('hash', tag, STATIC_HASH_AT);
  }
  const checked = checkSignature(issuerKey, parts.value, tag, use.curves);
  return checked.ok ? ok({ suite, x: parts.value.x }) : checked;
}

/** Whether a card's certificate has ended: YYYYMMDDHHMM at byte 3. */
function isOver(certificate: Uint8Array, use: EccCertificateUse): boolean {
  const until = encodeHex(certificate.subarray(3, 9));
  return !/^\d{12}$/.test(until) || until < dayOf(use.date) + use.time.slice(0, 4);
}

interface Parts {
  readonly signer: EcSdsaSuite;
  /** All that is signed, up to and with x. */
  readonly message: Uint8Array;
  readonly x: Uint8Array;
  readonly signature: Uint8Array;
}

interface Layout {
  readonly tag: string;
  readonly format: number;
  readonly keyAt: number;
}

/** Cuts a certificate of a key of suite `held`, signed with a key of suite `signedBy`. */
function split(
  certificate: Uint8Array,
  { tag, format, keyAt }: Layout,
  held: number,
  signedBy: number,
): Result<Parts, OdaFault> {
  if (certificate[0] !== format) return malformed('format', tag, 0);
  if (certificate[1] !== 0) return malformed('format', tag, 1);
  const [key, signer] = [EC_SDSA_SUITES.get(held), EC_SDSA_SUITES.get(signedBy)];
  if (!key || !signer) return malformed('key-algorithm', tag, 0);
  const signatureAt = keyAt + key.fieldBytes;
  if (certificate.length !== signatureAt + signer.hashBytes + signer.fieldBytes) {
    return malformed('length', tag, certificate.length);
  }
  return ok({
    signer,
    message: certificate.subarray(0, signatureAt),
    x: certificate.slice(keyAt, signatureAt),
    signature: certificate.subarray(signatureAt),
  });
}

function checkSignature(
  key: EccSigningKey,
  { signer, message, signature }: Parts,
  tag: string,
  curves?: EllipticCurves,
): Result<undefined, OdaFault> {
  return verifyEcSdsa(signer, key.x, message, signature, curves)
    ? ok(undefined)
    : malformed('signature', tag, message.length);
}
