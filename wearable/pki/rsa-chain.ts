import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import type { TlvInput } from '#kernel/tlv/ber.ts';
import { certificateExpiryOf, type Personalisation } from '../personalisation.ts';
import type { FileRecord } from '../records.ts';
import type { KeyFailure } from './issuer-keys.ts';
import {
  type CertificateTerms,
  certifyIcc,
  certifyIssuer,
  certifyPinKey,
  type RsaCertificate,
  signStaticData,
} from './rsa-certificates.ts';
import type { RsaKey } from './rsa-key.ts';

/** What of a card is certified, and how. */
export interface ChainRequest {
  readonly aid: string;
  readonly pan: string;
  readonly method: 'sda' | 'dda';
  readonly iccKeyPem?: string | undefined;
  readonly ownPinKey?: boolean;
  /** EMV 4.4 Book 3, 10.3. */
  readonly staticData: Uint8Array;
}

/** The records of a certificate chain, and the keys behind it. */
export interface RsaChain {
  readonly records: readonly FileRecord[];
  /** The key that authenticates the card; absent for static authentication. */
  readonly icc?: RsaKey;
  /** The key that deciphers PINs, where it is another. */
  readonly pin?: RsaKey;
}

const ISSUER_SERIAL = hex('000001');
const ICC_SERIAL = hex('000002');
const DATA_AUTHENTICATION_CODE = hex('DAC1');

/**
 * Certifies a card by RSA: records of file `sfi` from number `first` on, one certificate a record,
 * as two of 1984 bits do not fit into one. Source: EMV 4.4 Book 2, 5 to 7.
 */
export function buildRsaChain(
  personalisation: Personalisation,
  request: ChainRequest,
  sfi: number,
  first: number,
): Result<RsaChain, KeyFailure> {
  const { keys } = personalisation;
  const ca = keys.caRsa();
  if (!ca.ok) return ca;
  const issuer = keys.issuerRsa();
  if (!issuer.ok) return issuer;
  const expiry = monthFirst(certificateExpiryOf(personalisation));
  const identifier = request.pan.slice(0, 8);
  const issuerTerms = { identifier, expiry, serialNumber: ISSUER_SERIAL };
  const issuerCertificate = certifyIssuer(ca.value, issuer.value.publicKey, issuerTerms);
  const chain: TlvInput[][] = [
    [{ tag: '90', value: damaged(issuerCertificate.certificate, personalisation) }],
    [
      { tag: '8F', value: hex(keys.pki.rsaCaIndexHex) },
      ...withRemainder('92', issuerCertificate),
      { tag: '9F32', value: issuer.value.publicKey.exponent },
    ],
  ];
  const terms = { identifier: request.pan, expiry, serialNumber: ICC_SERIAL };
  const card = certifyCard(personalisation, request, issuer.value, terms);
  if (!card.ok) return card;
  chain.push(...card.value.objects);
  const records = chain
    .filter((objects) => objects.length > 0)
    .map((objects, i) => ({ sfi, record: first + i, signed: false, objects }));
  return ok({ ...card.value, records });
}

interface CertifiedCard {
  readonly objects: readonly TlvInput[][];
  readonly icc?: RsaKey;
  readonly pin?: RsaKey;
}

function certifyCard(
  personalisation: Personalisation,
  request: ChainRequest,
  issuer: RsaKey,
  terms: CertificateTerms,
): Result<CertifiedCard, KeyFailure> {
  const { keys } = personalisation;
  const { aid, method, iccKeyPem, ownPinKey, staticData } = request;
  if (method === 'sda') {
    const signature = signStaticData(issuer, DATA_AUTHENTICATION_CODE, staticData);
    return ok({ objects: [[{ tag: '93', value: signature }]] });
  }
  const icc = keys.iccRsa(aid, 'icc', iccKeyPem);
  if (!icc.ok) return icc;
  const certificate = certifyIcc(issuer, icc.value.publicKey, terms, staticData);
  const objects = certificateObjects(certificate, icc.value, ['9F46', '9F47', '9F48']);
  if (!ownPinKey) return ok({ objects, icc: icc.value });
  const pin = keys.iccRsa(aid, 'pin');
  if (!pin.ok) return pin;
  const pinCertificate = certifyPinKey(issuer, pin.value.publicKey, terms);
  objects.push(...certificateObjects(pinCertificate, pin.value, ['9F2D', '9F2E', '9F2F']));
  return ok({ objects, icc: icc.value, pin: pin.value });
}

function certificateObjects(
  certificate: RsaCertificate,
  key: RsaKey,
  [certificateTag, exponentTag, remainderTag]: readonly [string, string, string],
): TlvInput[][] {
  return [
    [{ tag: certificateTag, value: certificate.certificate }],
    [
      { tag: exponentTag, value: key.publicKey.exponent },
      ...withRemainder(remainderTag, certificate),
    ],
  ];
}

function withRemainder(tag: string, { remainder }: RsaCertificate): TlvInput[] {
  return remainder ? [{ tag, value: remainder }] : [];
}

/** A certificate with one bit of its middle changed, where that is the defect wanted. */
function damaged(certificate: Uint8Array, { defects }: Personalisation): Uint8Array {
  if (!defects.wrongCertificate) return certificate;
  const middle = certificate.length >> 1;
  return certificate.with(middle, (certificate[middle] ?? 0) ^ 0x01);
}

/** MMYY of YYMM. */
function monthFirst(month: string): string {
  return month.slice(2) + month.slice(0, 2);
}
