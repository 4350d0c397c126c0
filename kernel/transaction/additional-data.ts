import { equalBytes, readUint } from '../bytes/bytes.ts';
import { decodeTlv, encodeTlv, findTag } from '../tlv/ber.ts';

/** DE 48 of the Tessera host messages: BER-TLV with private tags. */
const TAGS = {
  /** The terminal can take a partial approval: 01. */
  partialApproval: 'DF41',
  /** The batch of a reconciliation; binary, 4 bytes. */
  batchNumber: 'DF42',
} as const;

/** What DE 48 says. */
export interface AdditionalData {
  readonly takesPartialApproval?: boolean;
  readonly batchNumber?: number;
}

/** Writes DE 48. */
export function encodeAdditionalData(data: AdditionalData): Uint8Array {
  const number = new DataView(new ArrayBuffer(4));
  number.setUint32(0, data.batchNumber ?? 0);
  return encodeTlv([
    ...(data.takesPartialApproval ? [{ tag: TAGS.partialApproval, value: Uint8Array.of(1) }] : []),
    ...(data.batchNumber === undefined
      ? []
      : [{ tag: TAGS.batchNumber, value: new Uint8Array(number.buffer) }]),
  ]);
}

/** Reads DE 48; what is missing or unreadable is not said. */
export function decodeAdditionalData(field: string | Uint8Array | undefined): AdditionalData {
  const decoded = decodeTlv(typeof field === 'object' ? field : new Uint8Array(0));
  if (!decoded.ok) return {};
  const partial = findTag(decoded.value, TAGS.partialApproval)?.value;
  const batch = findTag(decoded.value, TAGS.batchNumber)?.value;
  return {
    ...(partial && equalBytes(partial, Uint8Array.of(1)) && { takesPartialApproval: true }),
    ...(batch?.length === 4 && { batchNumber: readUint(batch) }),
  };
}
