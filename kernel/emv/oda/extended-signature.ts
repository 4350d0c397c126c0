import { concatBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { EllipticCurves } from '../../ports/elliptic-curves.ts';
import { EC_SDSA_SUITES, verifyEcSdsa } from './ec-sdsa.ts';
import type { EccSigningKey } from './ecc-certificates.ts';
import type { OdaFault } from './fault.ts';
import { readSignedResponse } from './signed-response.ts';

const SIGNATURE = '9F4B';
const SIGNED_DATA_FORMAT = 0x15;

/** What an extended signature covers besides the card's answer. */
export interface ExtendedTransaction {
  /** The values sent: of PDOL and CDOL1 first, of CDOL2 at the second GENERATE AC. */
  readonly dolData: readonly Uint8Array[];
  /** The objects of the GENERATE AC response, that is the value of template 77. */
  readonly generateAcResponse: Uint8Array;
}

/**
 * Extended data authentication: verifies the signed dynamic application data (9F4B: 15, then the
 * signature) of a GENERATE AC response. Errors: `response`, `data-missing`, `format`,
 * `key-algorithm`, `signature`. Source: EMV 4.4 Book 2, 12.5.2, 12.5.3 and tables 37 and 38.
 */
export function verifyExtendedSignature(
  iccKey: EccSigningKey,
  { dolData, generateAcResponse }: ExtendedTransaction,
  curves?: EllipticCurves,
): Result<undefined, OdaFault> {
  const response = readSignedResponse(generateAcResponse);
  if (!response.ok) return response;
  const { signature, signedObjects } = response.value;
  if (!signature) return malformed('data-missing', SIGNATURE, 0);
  if (signature[0] !== SIGNED_DATA_FORMAT) return malformed('format', SIGNATURE, 0);
  const suite = EC_SDSA_SUITES.get(iccKey.suite);
  if (!suite) return malformed('key-algorithm', SIGNATURE, 0);
  const message = concatBytes(Uint8Array.of(SIGNED_DATA_FORMAT), ...dolData, signedObjects);
  return verifyEcSdsa(suite, iccKey.x, message, signature.subarray(1), curves)
    ? ok(undefined)
    : malformed('signature', SIGNATURE, 1);
}
