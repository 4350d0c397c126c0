import { concatBytes } from '../bytes/bytes.ts';
import { encodeHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** A response APDU taken apart. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 SW2 as four hex digits, for example `9000`. */
  readonly statusWord: string;
}

/** SELECT by DF name, first or only occurrence. EMV 4.4 Book 1, 11.3.2. */
export function select(name: Uint8Array): Uint8Array {
  return shortApdu(0x00, 0xa4, 0x04, 0x00, name);
}

/** GET PROCESSING OPTIONS; `pdolData` is wrapped in template 83. Book 3, 6.5.8. */
export function getProcessingOptions(pdolData: Uint8Array): Uint8Array {
  const data = concatBytes(Uint8Array.of(0x83, pdolData.length), pdolData);
  return shortApdu(0x80, 0xa8, 0x00, 0x00, data);
}

/** READ RECORD `record` of the file with short identifier `sfi` (1 to 30). Book 3, 6.5.11. */
export function readRecord(sfi: number, record: number): Uint8Array {
  return Uint8Array.of(0x00, 0xb2, record, (sfi << 3) | 4, 0x00);
}

/** Takes a response apart. Error: `response-too-short` for fewer than the two status bytes. */
export function parseResponse(
  response: Uint8Array,
): Result<ResponseApdu, Malformed<'response-too-short'>> {
  if (response.length < 2) return malformed('response-too-short', '', response.length);
  return ok({
    data: response.subarray(0, -2),
    statusWord: encodeHex(response.subarray(-2)),
  });
}

/** A short command with data and Le 00. ISO 7816-4, case 4S. */
function shortApdu(cla: number, ins: number, p1: number, p2: number, data: Uint8Array): Uint8Array {
  if (data.length < 1 || data.length > 255) throw new RangeError('command data is 1 to 255 bytes');
  return concatBytes(Uint8Array.of(cla, ins, p1, p2, data.length), data, Uint8Array.of(0x00));
}
