import { concatBytes, equalBytes } from '../../../bytes/bytes.ts';
import { decodeTlv } from '../../../tlv/ber.ts';
import { findCaPublicKey } from '../../oda/ca-public-key.ts';
import { verifyCombinedSignature } from '../../oda/combined-signature.ts';
import { recoverIccKey } from '../../oda/icc-certificate.ts';
import { recoverIssuerKey, type TrustedKeys } from '../../oda/issuer-certificate.ts';
import { bigintRsa } from '../../oda/rsa-bigint.ts';
import { staticDataToAuthenticate } from '../../oda/static-data.ts';
import { dataStorageVersion } from './integrated-data-storage.ts';
import { IDS, K2, TVR } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Transaction } from './transaction.ts';

/** Without each of these, CDA cannot succeed. Source: Book C-2, S456.25. */
const REQUIRED = ['8F', '90', '9F32', '9F46', '9F47', '9F4A'] as const;

/** What offline data authentication looks at. */
const SIGNED_WITH = [...REQUIRED, '92', '9F48', '9F4B', '5A', '57'] as const;

/**
 * Before GENERATE AC: raises "CDA failed", and with it "ICC data missing" where that is so, when
 * what the card and the reader have already shows that CDA cannot succeed. False where the static
 * data authentication tag list is not the AIP alone, with which the transaction ends. Source: Book
 * C-2, 6.8 (S456.25 to S456.28), as publicly described.
 */
export function checkSignatureData(t: Kernel2Transaction): boolean {
  const { data } = t;
  if (REQUIRED.some((tag) => !data.isNotEmpty(tag))) {
    data.raise('95', TVR.iccDataMissing);
    data.raise('95', TVR.cdaFailed);
  }
  const { caKeys, rid, date } = trustedKeys(t);
  if (!findCaPublicKey(caKeys, rid, data.number('8F'), date).ok) data.raise('95', TVR.cdaFailed);
  const tagList = data.get('9F4A');
  if (tagList.length !== 1 || tagList[0] !== 0x82) return false;
  if (!staticData(t).ok) data.raise('95', TVR.cdaFailed);
  return true;
}

/**
 * Verifies the signature (9F4B) of the answer to GENERATE AC or RECOVER AC, and against it what the
 * card said of its relay resistance and its storage. Keeps the cryptogram (9F26) and the dynamic
 * number (9F4C) that only the signature holds. Source: Book C-2, 6.9 (S910.1 to S910.7), as
 * publicly described; EMV 4.4 Book 2, 6.6.2.
 */
export function isSignatureValid(t: Kernel2Transaction, answer: Uint8Array): boolean {
  const { data } = t;
  const trusted = trustedKeys(t);
  const card = data.pick(SIGNED_WITH);
  const signed = staticData(t);
  const issuerKey = recoverIssuerKey(trusted, card);
  if (!signed.ok || !issuerKey.ok) return false;
  const iccKey = recoverIccKey(trusted, issuerKey.value, card, signed.value);
  if (!iccKey.ok) return false;
  const combined = verifyCombinedSignature(trusted.rsa, iccKey.value, card, {
    unpredictableNumber: data.get('9F37'),
    dolData: [data.get(K2.pdolRelatedData), data.get(K2.cdol1RelatedData)],
    generateAcResponse: templateValue(answer),
  });
  if (!combined.ok || !isRestValid(data, combined.value.rest)) return false;
  data.set('9F26', combined.value.applicationCryptogram);
  data.set('9F4C', combined.value.iccDynamicNumber);
  return true;
}

function trustedKeys({ activation, data }: Kernel2Transaction): TrustedKeys {
  const { rsa = bigintRsa, caKeys = [], revokedCertificates = [], date } = activation.input;
  return { rsa, caKeys, revoked: revokedCertificates, rid: data.get('84').subarray(0, 5), date };
}

function staticData({ data, signedRecords }: Kernel2Transaction) {
  return staticDataToAuthenticate(signedRecords, data.find('9F4A'), data.get('82'));
}

function templateValue(answer: Uint8Array): Uint8Array {
  const decoded = decodeTlv(answer);
  return (decoded.ok ? decoded.value[0]?.value : undefined) ?? new Uint8Array(0);
}

/**
 * What follows the transaction data hash: the summaries of the storage where it is read (DF8101,
 * and DF8102 after a write), then the relay resistance data where the protocol was performed.
 */
function isRestValid(data: TlvDatabase, rest: Uint8Array): boolean {
  const exchanged = data.has('95', TVR.relayPerformed) ? relayResistanceData(data) : NOTHING;
  const summariesEnd = rest.length - exchanged.length;
  if (summariesEnd < 0) return false;
  if (!data.has(K2.idsStatus, IDS.read)) {
    return equalBytes(rest.subarray(0, exchanged.length), exchanged);
  }
  if (!equalBytes(rest.subarray(summariesEnd), exchanged)) return false;
  const length = dataStorageVersion(data) === 1 ? 8 : 16;
  const summaries = rest.subarray(0, summariesEnd);
  if (summaries.length >= length) data.set(K2.dsSummary2, summaries.slice(0, length));
  if (summaries.length >= 2 * length) {
    data.set(K2.dsSummary3, summaries.slice(length, 2 * length));
  }
  return true;
}

const NOTHING = new Uint8Array(0);

function relayResistanceData(data: TlvDatabase): Uint8Array {
  return concatBytes(
    data.get(K2.terminalEntropy),
    data.get(K2.deviceEntropy),
    data.get(K2.minRelayTime),
    data.get(K2.maxRelayTime),
    data.get(K2.deviceResponseTime),
  );
}
