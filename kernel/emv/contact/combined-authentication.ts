import { concatBytes } from '../../bytes/bytes.ts';
import { malformed } from '../../bytes/result.ts';
import { verifyCombinedSignature } from '../oda/combined-signature.ts';
import type { ContactTransaction } from './contact-transaction.ts';
import type { Cryptogram, RequestedSignature } from './generate-ac.ts';
import { finish } from './offline-data-authentication.ts';
import type { CryptogramType } from './terminal-action-analysis.ts';

/**
 * Which signature goes with a cryptogram that the terminal asks for: CDA with a TC or, as
 * configured, an ARQC; XDA with any, whatever has failed before. Source: EMV 4.4 Book 2, 6.6 and
 * 12.5.1.
 */
export function signatureFor(
  { oda, input }: ContactTransaction,
  type: CryptogramType,
): RequestedSignature {
  if (oda.method === 'xda') return 'xda';
  if (oda.method !== 'cda' || oda.status === 'failed' || type === 'AAC') return 'none';
  return type === 'TC' || input.combinedSignature.withArqc ? 'cda' : 'none';
}

/**
 * Verifies the combined signature that came with a TC or an ARQC and takes the cryptogram and the
 * dynamic number from it; whether it verified. TVR and TSI say so too. Source: EMV 4.4 Book 2,
 * 6.6.2; Book 4, 6.3.2.1.
 */
export function verifyCombined(transaction: ContactTransaction, cryptogram: Cryptogram): boolean {
  const { data, sent, input, oda } = transaction;
  const { signedResponse } = cryptogram;
  const result =
    signedResponse && oda.rsaKey
      ? verifyCombinedSignature(input.rsa, oda.rsaKey, data, {
          unpredictableNumber: data.get('9F37') ?? new Uint8Array(0),
          dolData: [concatBytes(...sent)],
          generateAcResponse: signedResponse,
        })
      : malformed('response' as const, '77', 0);
  finish(transaction, 'cda', result);
  if (!result.ok) return false;
  data.set('9F26', result.value.applicationCryptogram);
  data.set('9F4C', result.value.iccDynamicNumber);
  return true;
}
