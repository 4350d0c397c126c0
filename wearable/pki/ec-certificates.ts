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

/** What a card's certificate says beside the key. */
export interface IccEcTerms {
  /** YYYYMMDD */
  readonly expiry: string;
  /** SHA-256 over what `staticDataHash` takes, 32 bytes. */
  readonly staticDataHash: Uint8Array;
}

const ISSUER_SERIAL = hex('000001');
const ICC_SERIAL = hex('000000000001');

/**
 * The issuer's certificate on P-256 (tag 90). Source: EMV Book E, no public text; the format is
 * that of the published Book E examples and of a public implementation.
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

/** The card's certificate on P-256 (9F46). Source: as `certifyIssuerEc`. */
export function certifyIccEc(issuer: EcKey, icc: EcKey, terms: IccEcTerms): Uint8Array {
  return signed(
    issuer,
    Uint8Array.of(0x14, 0x00, 0x00),
    encodeBcd(terms.expiry),
    hex('2359'),
    ICC_SERIAL,
    Uint8Array.of(0x01, 0x02),
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
