import { sha1 } from '@noble/hashes/legacy.js';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';
import type { RsaPublicKey } from './ca-public-key.ts';
import type { CardData } from './certified-key.ts';
import { type DynamicData, dynamicDataOf, recoverDynamicSignature } from './dynamic-signature.ts';
import type { OdaFault } from './fault.ts';
import { checkHash } from './recovered-data.ts';
import { readSignedResponse } from './signed-response.ts';

/** What the terminal and the card said to each other, which the combined signature covers. */
export interface CombinedTransaction {
  /** 9F37, 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** The values that the PDOL, CDOL1 and, at the second GENERATE AC, CDOL2 listed. */
  readonly dolData: readonly Uint8Array[];
  /** The objects of the GENERATE AC response, that is the value of template 77. */
  readonly generateAcResponse: Uint8Array;
}

/** What the card signed at GENERATE AC. */
export interface CombinedData extends DynamicData {
  readonly cryptogramInformationData: number;
  /** TC or ARQC, 8 bytes, the value of 9F26. */
  readonly applicationCryptogram: Uint8Array;
}

const SIGNATURE = '9F4B';
/** Where the cryptogram information data is: after frame, lengths and the dynamic number. */
const DYNAMIC_AT = 4;

/**
 * Combined data authentication: verifies the signed dynamic application data (9F4B) of a GENERATE
 * AC response against the response, the unpredictable number and the data sent. `rest` of the
 * answer is what follows the transaction data hash (kernel 2: relay resistance). Source: EMV 4.4
 * Book 2, 6.6.2.
 */
export function verifyCombinedSignature(
  rsa: RsaRecovery,
  iccKey: RsaPublicKey,
  card: CardData,
  transaction: CombinedTransaction,
): Result<CombinedData, OdaFault> {
  const response = readSignedResponse(transaction.generateAcResponse);
  if (!response.ok) return response;
  const recovered = recoverDynamicSignature(rsa, iccKey, card);
  if (!recovered.ok) return recovered;
  const dynamic = dynamicDataOf(recovered.value);
  if (!dynamic.ok) return dynamic;
  const { iccDynamicNumber, rest } = dynamic.value;
  const signedAt = DYNAMIC_AT + 1 + iccDynamicNumber.length;
  if (rest.length < 29) return malformed('dynamic-data', SIGNATURE, signedAt);
  if (rest[0] !== response.value.cryptogramInformationData) {
    return malformed('cryptogram-information', SIGNATURE, signedAt);
  }
  const hash = checkHash(recovered.value, transaction.unpredictableNumber);
  if (!hash.ok) return hash;
  const { signedObjects, cryptogramInformationData } = response.value;
  if (!equalBytes(sha1(concatBytes(...transaction.dolData, signedObjects)), rest.slice(9, 29))) {
    return malformed('transaction-data-hash', SIGNATURE, signedAt + 9);
  }
  return ok({
    iccDynamicNumber,
    cryptogramInformationData,
    applicationCryptogram: rest.slice(1, 9),
    rest: rest.slice(29),
  });
}
