import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import { certificateExpiryOf, lastDayOf, type Personalisation } from '../personalisation.ts';
import type { FileRecord } from '../records.ts';
import { certifyIccEc, certifyIssuerEc, type EcKeyUse } from './ec-certificates.ts';
import type { EcKey } from './ec-key.ts';
import type { KeyFailure } from './issuer-keys.ts';

/** What of a card on P-256 is certified, and for what. */
export interface EcChainRequest {
  readonly pan: string;
  readonly icc: EcKey;
  readonly use: EcKeyUse;
  /** SHA-256 over what the issuer signs along, 32 bytes. */
  readonly staticDataHash: Uint8Array;
}

const SFI = 3;

/** Certifies a card on P-256: the records of file 3. Source: EMV 4.4 Book 2, 12.3 and 12.4. */
export function buildEcChain(
  personalisation: Personalisation,
  { pan, icc, use, staticDataHash }: EcChainRequest,
): Result<readonly FileRecord[], KeyFailure> {
  const { keys, defects } = personalisation;
  const ca = keys.caEc();
  if (!ca.ok) return ca;
  const issuer = keys.issuerEc();
  if (!issuer.ok) return issuer;
  const caIndex = hex(keys.pki.ecCaIndexHex);
  const expiry = `20${lastDayOf(certificateExpiryOf(personalisation))}`;
  const issuerCertificate = certifyIssuerEc(ca.value, issuer.value, {
    issuerIdentifier: pan.slice(0, 8),
    expiry,
    rid: keys.rid,
    caIndex: caIndex[0] ?? 0,
  });
  if (defects.wrongCertificate) {
    issuerCertificate[issuerCertificate.length - 1] = (issuerCertificate.at(-1) ?? 0) ^ 0x01;
  }
  const iccCertificate = certifyIccEc(issuer.value, icc, { expiry, use, staticDataHash });
  return ok([
    {
      sfi: SFI,
      record: 1,
      signed: false,
      objects: [
        { tag: '8F', value: caIndex },
        { tag: '90', value: issuerCertificate },
      ],
    },
    { sfi: SFI, record: 2, signed: false, objects: [{ tag: '9F46', value: iccCertificate }] },
  ]);
}
