import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import type { Result } from '../../bytes/result.ts';
import { encodeTlv } from '../../tlv/ber.ts';
import { tell } from '../decision.ts';
import { required } from '../oda/certified-key.ts';
import {
  type EccCaPublicKey,
  type EccSigningKey,
  verifyEccIssuerCertificate,
  verifyXdaIccCertificate,
} from '../oda/ecc-certificates.ts';
import { verifyExtendedSignature } from '../oda/extended-signature.ts';
import type { OdaFault } from '../oda/fault.ts';
import { panDigits } from '../oda/pan.ts';
import { staticDataToAuthenticate } from '../oda/static-data.ts';
import { TVR } from '../terminal-verification-results.ts';
import type { ContactTransaction } from './contact-transaction.ts';
import type { Cryptogram } from './generate-ac.ts';
import { hasBit, setTsi, setTvr, TSI } from './verification-results.ts';

/**
 * What XDA needs before the first cryptogram: finds the CA's key and recovers the card's. Only that
 * the CA's key is missing is told at once, the rest after the first GENERATE AC. Source: EMV 4.4
 * Book 3, 10.3; Book 4, 6.3.2.2.1 and 6.3.2.2.2; Book 2, 12.2 to 12.4.
 */
export function prepareExtendedAuthentication(transaction: ContactTransaction): void {
  const { data, input } = transaction;
  setTvr(data, TVR.xdaSelected);
  transaction.oda = { method: 'xda', status: 'pending' };
  for (const tag of ['8F', '90', '9F46']) {
    if (!data.get(tag)?.length) setTvr(data, TVR.iccDataMissing);
  }
  const rid = (data.get('9F06') ?? new Uint8Array(0)).subarray(0, 5);
  const index = data.get('8F')?.[0];
  const caKey = input.eccCaKeys.find((key) => key.index === index && equalBytes(key.rid, rid));
  if (!caKey) {
    setTvr(data, TVR.caEccKeyMissing);
    tell(input.trace, { step: 'offline-authentication', result: 'xda: no CA public key' }, data);
    return;
  }
  const key = recoverKeys(transaction, caKey);
  if (key.ok) transaction.oda = { method: 'xda', status: 'pending', eccKey: key.value };
}

/**
 * Concludes XDA after the first GENERATE AC, or verifies it again after the second: what failed
 * goes into the TVR. Whether it verified; of an AAC no signature is looked at. Source: EMV 4.4 Book
 * 4, 6.3.2.2; Book 2, 12.5.3.
 */
export function verifyExtended(
  transaction: ContactTransaction,
  cryptogram: Cryptogram,
  dolData: readonly Uint8Array[],
): boolean {
  const { data, oda, input } = transaction;
  const told = (result: string): void =>
    tell(input.trace, { step: 'offline-authentication', result }, data);
  setTsi(data, TSI.odaPerformed);
  const isKeyMissing = hasBit(data, '95', TVR.caEccKeyMissing);
  if (!oda.eccKey && !isKeyMissing) setTvr(data, TVR.eccKeyRecoveryFailed);
  if (!oda.eccKey) {
    transaction.oda = { method: 'xda', status: 'failed' };
    told('xda-failed: no key of the card');
    return false;
  }
  if (cryptogram.type === 'AAC') return true;
  const { signedResponse } = cryptogram;
  const generateAcResponse = signedResponse ?? new Uint8Array(0);
  const verified = verifyExtendedSignature(oda.eccKey, { dolData, generateAcResponse });
  transaction.oda = { ...oda, status: verified.ok ? 'verified' : 'failed' };
  if (!verified.ok) setTvr(data, TVR.xdaSignatureFailed);
  told(`xda-${transaction.oda.status}`);
  return verified.ok;
}

function recoverKeys(
  { data, input, records }: ContactTransaction,
  caKey: EccCaPublicKey,
): Result<EccSigningKey, OdaFault> {
  const issuerCertificate = required(data, '90');
  if (!issuerCertificate.ok) return issuerCertificate;
  const iccCertificate = required(data, '9F46');
  if (!iccCertificate.ok) return iccCertificate;
  const pan = panDigits(data);
  if (!pan.ok) return pan;
  const { date, time, revoked } = input;
  const use = { date, time, revoked, pan: pan.value };
  const issuerKey = verifyEccIssuerCertificate(caKey, issuerCertificate.value, use);
  if (!issuerKey.ok) return issuerKey;
  const staticRecords = staticDataToAuthenticate(records, undefined, new Uint8Array(0));
  if (!staticRecords.ok) return staticRecords;
  const certified = concatBytes(staticRecords.value, certifiedCardData(data));
  return verifyXdaIccCertificate(issuerKey.value, iccCertificate.value, certified, use);
}

/** AIP, AID and, where the card gave one, PDOL, as data objects. Source: Book 3, 10.3. */
function certifiedCardData(data: ContactTransaction['data']): Uint8Array {
  const objects = ['82', '9F06', '9F38'].flatMap((tag) => {
    const value = data.get(tag);
    return value ? [{ tag, value }] : [];
  });
  return encodeTlv(objects);
}
