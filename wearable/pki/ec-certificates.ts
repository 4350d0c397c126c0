import { createHash } from 'node:crypto';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import type { EcKey } from './ec-key.ts';

/** P-256 with SHA-256, EC-SDSA, in the suite numbers of the certificates. */
const SUITE_P256 = 0x10;

/** What an issuer's certificate says beside the key. */
export interface IssuerEcTerms {
  /** The leftmost digits of the PAN, up to 10. */
  readonly issuerIdentifier: string;
  /** YYYYMMDD */
  readonly expiry: string;
  readonly rid: Uint8Array;
  readonly caIndex: number;
}

/** What a card's key is for: kernel 8's key agreement, or contact's signatures (XDA). */
export type EcKeyUse = 'agreement' | 'signature';

/** What a card's certificate says beside the key. */
export interface IccEcTerms {
  readonly use: EcKeyUse;
  /** YYYYMMDD */
  readonly expiry: string;
  /** SHA-256 over what `staticDataHash` takes, 32 bytes. */
  readonly staticDataHash: Uint8Array;
}

const ISSUER_SERIAL = hex('000001');
const ICC_SERIAL = hex('000000000001');

/**
 * The issuer's certificate on P-256 (tag 90). Source: EMV 4.4 Book 2, table 35; EMV Book E has the
 * same, by its published examples.
 */
export function certifyIssuerEc(ca: EcKey, issuer: EcKey, terms: IssuerEcTerms): Uint8Array {
  return signed(
    ca,
    Uint8Array.of(0x12, 0x00),
    hex(terms.issuerIdentifier.padEnd(10, 'F')),
    Uint8Array.of(SUITE_P256),
    encodeBcd(terms.expiry),
    ISSUER_SERIAL,
    terms.rid,
    Uint8Array.of(terms.caIndex),
    issuer.x,
  );
}

/** Suite of the key; how what is hashed is encoded, and SHA-256. */
const USES = {
  agreement: { suite: 0x00, hash: hex('0102') },
  signature: { suite: SUITE_P256, hash: hex('0002') },
} as const;

/**
 * The card's certificate on P-256 (9F46). Source: EMV 4.4 Book 2, table 36, for signatures; for key
 * agreement as `certifyIssuerEc`.
 */
export function certifyIccEc(issuer: EcKey, icc: EcKey, terms: IccEcTerms): Uint8Array {
  return signed(
    issuer,
    Uint8Array.of(0x14, 0x00, USES[terms.use].suite),
    encodeBcd(terms.expiry),
    hex('2359'),
    ICC_SERIAL,
    USES[terms.use].hash,
    terms.staticDataHash,
    icc.x,
  );
}

/** What a card on P-256 signs along: records, the objects of 9F810A, then the AIP's value. */
export function hashStaticData(records: Uint8Array, extended: Uint8Array, aip: Uint8Array) {
  return new Uint8Array(createHash('sha256').update(records).update(extended).update(aip).digest());
}

function signed(signer: EcKey, ...parts: readonly Uint8Array[]): Uint8Array {
  const message = concatBytes(...parts);
  return concatBytes(message, signer.sign(message));
}
