import { concatBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { encodeTlv } from '../tlv/ber.ts';

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

/** SELECT by DF name, next occurrence. EMV 4.4 Book 1, 11.3.2 and 12.3.3. */
export function selectNext(name: Uint8Array): Uint8Array {
  return shortApdu(0x00, 0xa4, 0x04, 0x02, name);
}

/** GET PROCESSING OPTIONS; `pdolData` is wrapped in template 83. Book 3, 6.5.8. */
export function getProcessingOptions(pdolData: Uint8Array): Uint8Array {
  const data = encodeTlv([{ tag: '83', value: pdolData }]);
  return shortApdu(0x80, 0xa8, 0x00, 0x00, data);
}

/** SEND POI INFORMATION, `information` wrapped in template 83. EMV Contactless Book B 2.12, C.1. */
export function sendPoiInformation(information: Uint8Array): Uint8Array {
  return shortApdu(0x80, 0x1a, 0x00, 0x00, encodeTlv([{ tag: '83', value: information }]));
}

/**
 * GENERATE AC; `control` is P1: the cryptogram and signature asked for. Kernel 8 tells the card in
 * `more` (P2) whether further commands follow. Book 3, 6.5.5; Book C-8, 5.3.
 */
export function generateAc(control: number, data: Uint8Array, more = false): Uint8Array {
  const p2 = more ? MORE_COMMANDS : 0;
  if (data.length === 0) return Uint8Array.of(0x80, 0xae, control, p2, 0x00);
  return shortApdu(0x80, 0xae, control, p2, data);
}

const MORE_COMMANDS = 0x80;

/** READ DATA: the envelope of this tag (hex) through kernel 8's secure channel. Book C-8, 5.5. */
export function readData(tag: string): Uint8Array {
  return shortApdu(0x84, 0x32, 0x00, 0x00, hex(tag));
}

/** WRITE DATA: an enciphered envelope; `more` (P2): further ones follow. Book C-8, 5.7. */
export function writeData(enciphered: Uint8Array, more: boolean): Uint8Array {
  return shortApdu(0x84, 0x34, 0x00, more ? MORE_COMMANDS : 0, enciphered);
}

/** EXCHANGE RELAY RESISTANCE DATA with the terminal's entropy, 4 bytes. Books C-2 and C-8, 5. */
export function exchangeRelayResistanceData(entropy: Uint8Array): Uint8Array {
  return shortApdu(0x80, 0xea, 0x00, 0x00, entropy);
}

/** INTERNAL AUTHENTICATE with the values of the DDOL. Book 3, 6.5.9. */
export function internalAuthenticate(ddolData: Uint8Array): Uint8Array {
  return shortApdu(0x00, 0x88, 0x00, 0x00, ddolData);
}

/** EXTERNAL AUTHENTICATE with the issuer authentication data (91). Book 3, 6.5.4. */
export function externalAuthenticate(issuerAuthenticationData: Uint8Array): Uint8Array {
  return withoutLe(0x00, 0x82, 0x00, 0x00, issuerAuthenticationData);
}

/** VERIFY; `qualifier` (P2): 80 for a plaintext PIN block, 88 for one under RSA. Book 3, 6.5.12. */
export function verify(qualifier: number, data: Uint8Array): Uint8Array {
  return withoutLe(0x00, 0x20, 0x00, qualifier, data);
}

/** GET CHALLENGE. Book 3, 6.5.6. */
export function getChallenge(): Uint8Array {
  return Uint8Array.of(0x00, 0x84, 0x00, 0x00, 0x00);
}

/** GET DATA for a tag of two bytes, hex. Book 3, 6.5.7. */
export function getData(tag: string): Uint8Array {
  return concatBytes(Uint8Array.of(0x80, 0xca), hex(tag), Uint8Array.of(0x00));
}

/** PUT DATA of a tag of one or two bytes, hex. Book C-2, 5 (PUT DATA). */
export function putData(tag: string, value: Uint8Array): Uint8Array {
  const [p1 = 0, p2 = 0] = hex(tag.padStart(4, '0'));
  return withoutLe(0x80, 0xda, p1, p2, value);
}

/** RECOVER AC with the values of the DRDOL. Book C-2, 5 (RECOVER AC). */
export function recoverAc(drdolData: Uint8Array): Uint8Array {
  return shortApdu(0x80, 0xd0, 0x00, 0x00, drdolData);
}

/** COMPUTE CRYPTOGRAPHIC CHECKSUM with the values of the UDOL. Book C-2, 5. */
export function computeCryptographicChecksum(udolData: Uint8Array): Uint8Array {
  return shortApdu(0x80, 0x2a, 0x8e, 0x80, udolData);
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
  return concatBytes(withoutLe(cla, ins, p1, p2, data), Uint8Array.of(0x00));
}

/** A short command with data that has no answer but the status. ISO 7816-4, case 3S. */
function withoutLe(cla: number, ins: number, p1: number, p2: number, data: Uint8Array): Uint8Array {
  if (data.length < 1 || data.length > 255) throw new RangeError('command data is 1 to 255 bytes');
  return concatBytes(Uint8Array.of(cla, ins, p1, p2, data.length), data);
}
