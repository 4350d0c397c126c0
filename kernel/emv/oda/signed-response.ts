import { concatBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import { decodeTlv, findTag } from '../../tlv/ber.ts';
import type { OdaFault } from './fault.ts';

/** A GENERATE AC response taken apart for its signature. */
export interface SignedResponse {
  /** CID (9F27). */
  readonly cryptogramInformationData: number;
  /** Every object but the signature, as the card encoded it, in its order. */
  readonly signedObjects: Uint8Array;
  /** 9F4B, where it is there. */
  readonly signature?: Uint8Array;
}

const SIGNATURE = '9F4B';

/**
 * Reads the value of template 77. Error: `response`, for what is not BER-TLV or has no CID. Source:
 * EMV 4.4 Book 2, 6.6.1 and 12.5.2.
 */
export function readSignedResponse(bytes: Uint8Array): Result<SignedResponse, OdaFault> {
  const decoded = decodeTlv(bytes);
  if (!decoded.ok) return malformed('response', decoded.error.path, decoded.error.offset);
  const information = findTag(decoded.value, '9F27')?.value;
  if (information?.length !== 1) return malformed('response', '9F27', 0);
  const signed: Uint8Array[] = [];
  let start = 0;
  for (const { tag, value } of decoded.value) {
    // Filling before an object is no part of it, and lengths may be longer than they need be.
    while (bytes[start] === 0) start += 1;
    const end = value.byteOffset - bytes.byteOffset + value.length;
    if (tag !== SIGNATURE) signed.push(bytes.subarray(start, end));
    start = end;
  }
  const signature = findTag(decoded.value, SIGNATURE)?.value;
  return ok({
    cryptogramInformationData: information[0] ?? 0,
    signedObjects: concatBytes(...signed),
    ...(signature && { signature }),
  });
}
