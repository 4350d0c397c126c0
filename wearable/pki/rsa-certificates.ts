import { createHash } from 'node:crypto';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import type { RsaKey, RsaPublicKey } from './rsa-key.ts';

/** A certificate and what of the certified key did not fit into it. */
export interface RsaCertificate {
  readonly certificate: Uint8Array;
  /** Absent where the whole modulus is in the certificate. */
  readonly remainder?: Uint8Array;
}

/** What a certificate says beside the key. */
export interface CertificateTerms {
  /** The leftmost digits of the PAN (issuer), or the whole PAN. */
  readonly identifier: string;
  /** MMYY, the last month of use. */
  readonly expiry: string;
  /** 3 bytes. */
  readonly serialNumber: Uint8Array;
}

const HEADER = 0x6a;
const TRAILER = 0xbc;
const HASH_SHA_1 = 0x01;
const KEY_RSA = 0x01;

/** The issuer's certificate (tags 90, 92). Source: EMV 4.4 Book 2, 5.1, table 1. */
export function certifyIssuer(
  ca: RsaKey,
  issuer: RsaPublicKey,
  terms: CertificateTerms,
): RsaCertificate {
  const identifier = hex(terms.identifier.padEnd(8, 'F'));
  return certify(ca, issuer, { format: 0x02, identifier, terms, signedAlong: new Uint8Array(0) });
}

/**
 * The card's certificate (9F46, 9F48); `staticData` is what it signs along, Book 3, 10.3.
 * Source: EMV 4.4 Book 2, 6.1, table 14.
 */
export function certifyIcc(
  issuer: RsaKey,
  icc: RsaPublicKey,
  terms: CertificateTerms,
  staticData: Uint8Array,
): RsaCertificate {
  const identifier = panOf(terms);
  return certify(issuer, icc, { format: 0x04, identifier, terms, signedAlong: staticData });
}

/** The certificate of the card's key for PINs (9F2D, 9F2F). EMV 4.4 Book 2, 7.1, table 23. */
export function certifyPinKey(
  issuer: RsaKey,
  key: RsaPublicKey,
  terms: CertificateTerms,
): RsaCertificate {
  const identifier = panOf(terms);
  return certify(issuer, key, { format: 0x04, identifier, terms, signedAlong: new Uint8Array(0) });
}

/** The checksum of a CA's key. Source: EMV 4.4 Book 2, 11.2.2. */
export function caChecksum(rid: Uint8Array, index: number, key: RsaPublicKey): Uint8Array {
  return sha1(concatBytes(rid, Uint8Array.of(index), key.modulus, key.exponent));
}

/**
 * Signed static application data (tag 93) with the data authentication code (2 bytes).
 * Source: EMV 4.4 Book 2, 5.1, table 2.
 */
export function signStaticData(
  issuer: RsaKey,
  authenticationCode: Uint8Array,
  staticData: Uint8Array,
): Uint8Array {
  const head = concatBytes(Uint8Array.of(0x03, HASH_SHA_1), authenticationCode);
  return signBlock(issuer, head, staticData);
}

/**
 * Signed dynamic application data (9F4B): DDA, CDA and fDDA differ in what `dynamicData` is, and
 * what the terminal's own `terminalData` that is signed along.
 * Source: EMV 4.4 Book 2, 6.5.2, table 17 and 6.6.1, table 20.
 */
export function signDynamicData(
  icc: RsaKey,
  dynamicData: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  const head = concatBytes(Uint8Array.of(0x05, HASH_SHA_1, dynamicData.length), dynamicData);
  return signBlock(icc, head, terminalData);
}

interface Contents {
  readonly format: number;
  readonly identifier: Uint8Array;
  readonly terms: CertificateTerms;
  readonly signedAlong: Uint8Array;
}

function certify(signer: RsaKey, key: RsaPublicKey, contents: Contents): RsaCertificate {
  const { format, identifier, terms, signedAlong } = contents;
  const { modulus, exponent } = key;
  const head = concatBytes(
    Uint8Array.of(format),
    identifier,
    encodeBcd(terms.expiry),
    terms.serialNumber,
    Uint8Array.of(HASH_SHA_1, KEY_RSA, modulus.length, exponent.length),
  );
  const room = signer.publicKey.modulus.length - 22 - head.length;
  const remainder = modulus.subarray(room);
  const certificate = signBlock(
    signer,
    concatBytes(head, modulus.subarray(0, room)),
    concatBytes(remainder, exponent, signedAlong),
  );
  return remainder.length > 0 ? { certificate, remainder } : { certificate };
}

/** 6A, the data filled up with BB, the hash, BC: as long as the modulus. Book 2, A2.1. */
function signBlock(signer: RsaKey, data: Uint8Array, hashedAlong: Uint8Array): Uint8Array {
  const filling = signer.publicKey.modulus.length - 22 - data.length;
  const filled = concatBytes(data, new Uint8Array(filling).fill(0xbb));
  const hash = sha1(concatBytes(filled, hashedAlong));
  return signer.sign(concatBytes(Uint8Array.of(HEADER), filled, hash, Uint8Array.of(TRAILER)));
}

function panOf({ identifier }: CertificateTerms): Uint8Array {
  return hex(identifier.padEnd(20, 'F'));
}

function sha1(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha1').update(bytes).digest());
}
