import { equalBytes, readUint } from '../bytes/bytes.ts';
import { decodeTlv, encodeTlv, findTag } from '../tlv/ber.ts';

/** DE 48 of the Tessera host messages: BER-TLV with private tags. */
const TAGS = {
  /** The terminal can take a partial approval: 01. */
  partialApproval: 'DF41',
  /** The batch of a reconciliation; binary, 4 bytes. */
  batchNumber: 'DF42',
  /** The host wants the terminal to change its MAC key: 01. */
  keyChange: 'DF43',
} as const;

/** What DE 48 says. */
export interface AdditionalData {
  readonly takesPartialApproval?: boolean;
  readonly batchNumber?: number;
  readonly wantsKeyChange?: boolean;
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
    ...(data.wantsKeyChange ? [{ tag: TAGS.keyChange, value: Uint8Array.of(1) }] : []),
  ]);
}

/** Reads DE 48; what is missing or unreadable is not said. */
export function decodeAdditionalData(field: string | Uint8Array | undefined): AdditionalData {
  const decoded = decodeTlv(typeof field === 'object' ? field : new Uint8Array(0));
  if (!decoded.ok) return {};
  const partial = findTag(decoded.value, TAGS.partialApproval)?.value;
  const batch = findTag(decoded.value, TAGS.batchNumber)?.value;
  const keyChange = findTag(decoded.value, TAGS.keyChange)?.value;
  const isYes = (value: Uint8Array | undefined) => value && equalBytes(value, Uint8Array.of(1));
  return {
    ...(isYes(partial) && { takesPartialApproval: true }),
    ...(isYes(keyChange) && { wantsKeyChange: true }),
    ...(batch?.length === 4 && { batchNumber: readUint(batch) }),
  };
}
