import { decodeBcd } from '../../../bytes/bcd.ts';
import { concatBytes, xorBytes } from '../../../bytes/bytes.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { aesCipherOf, tdesCipherOf } from '../../../keys/block-cipher.ts';
import { IDS, K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Transaction } from './transaction.ts';

/** The version of data storage that the card has: 1 or 2, 0 for none (9F5D, byte 1). */
export function dataStorageVersion(data: TlvDatabase): number {
  return (data.get(K2.applicationCapabilities)[0] ?? 0) & 0x0f;
}

/**
 * Whether the card's data storage is read: the terminal has it (DF810D, 9F5C) and the card too
 * (9F5D, 9F5E). Sets the IDS status (DF8128) and tells the terminal what the card is. Source: Book
 * C-2, 6.3 (S1.16 to S1.20), as publicly described.
 */
export function beginDataStorage({ data, dataToSend }: Kernel2Transaction): void {
  data.set(K2.idsStatus, Uint8Array.of(0));
  data.set(K2.dsSummaryStatus, Uint8Array.of(0));
  data.set(K2.preGenerateAcPutDataStatus, Uint8Array.of(0));
  data.set(K2.postGenerateAcPutDataStatus, Uint8Array.of(0));
  data.set(K2.dsDigestH, new Uint8Array(8));
  if (!data.isNotEmpty(K2.dsvnTerm) || !data.isPresent(K2.dsRequestedOperatorId)) return;
  dataToSend.set(K2.dsId, data.get(K2.dsId));
  dataToSend.set(K2.applicationCapabilities, data.get(K2.applicationCapabilities));
  const version = dataStorageVersion(data);
  if ((version === 1 || version === 2) && data.isNotEmpty(K2.dsId)) {
    data.raise(K2.idsStatus, IDS.read);
  }
}

/**
 * What the answer to GET PROCESSING OPTIONS says of the storage goes to the terminal; without it
 * nothing is read after all. Source: Book C-2, 6.5 (S3R1.10 to S3R1.13), as publicly described.
 */
export function continueDataStorage({ data, dataToSend }: Kernel2Transaction): void {
  if (!data.has(K2.idsStatus, IDS.read)) return;
  const slot = [
    K2.dsSlotAvailability,
    K2.dsSummary1,
    K2.dsUnpredictableNumber,
    K2.dsSlotManagement,
    K2.dsOdsCard,
  ];
  for (const tag of slot) {
    if (data.isNotEmpty(tag)) dataToSend.set(tag, data.get(tag));
  }
  dataToSend.set('9F37', data.get('9F37'));
  const hasSummary = data.isNotEmpty(K2.dsSummary1);
  const isFree =
    data.isNotEmpty(K2.dsSlotAvailability) && data.isNotEmpty(K2.dsUnpredictableNumber);
  const isRead = hasSummary && (data.isPresent(K2.dsOdsCard) || isFree);
  if (!isRead) data.lower(K2.idsStatus, IDS.read);
}

/**
 * Whether the DS ID (9F5E) is the PAN with its sequence number, which are two digits and zeros
 * where there is none. Source: Book C-2, 6.8 (S456.18, S456.19), as publicly described.
 */
export function isDsIdOfCard(data: TlvDatabase): boolean {
  const pan = encodeHex(data.get('5A')).replace(/F+$/, '');
  const sequence = data.isNotEmpty('5F34') ? encodeHex(data.get('5F34')) : '00';
  const digits = pan + sequence;
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return encodeHex(data.get(K2.dsId)) === even.padStart(16, '0');
}

const PERMANENT_SLOT = { byte: 1, mask: 0x80 };
const VOLATILE_DATA = { byte: 1, mask: 0x40 };

/**
 * The digest (DF61) of the terminal's data (DF8109): OWHF2 for version 1 of data storage, its AES
 * form for version 2. `undefined` when the DS ID or an operand has not the length it needs. Source:
 * Book C-2, 8.2 and 8.3, as one open kernel has them; no vector of another origin is public.
 */
export function computeDsDigest(data: TlvDatabase): Uint8Array | undefined {
  const input = data.get(K2.dsInputTerm);
  const dsId = data.get(K2.dsId);
  const isPermanent = data.has(K2.dsSlotManagement, PERMANENT_SLOT);
  const isVolatile = data.has(K2.dsOdsInfo, VOLATILE_DATA);
  const requested = data.get(K2.dsRequestedOperatorId);
  const operator = isPermanent && isVolatile ? new Uint8Array(8) : requested;
  if (input.length !== 8 || operator.length !== 8 || dsId.length < 8) return undefined;
  return dataStorageVersion(data) === 1
    ? oneWayHashTdes(input, dsId, operator)
    : oneWayHashAes(input, dsId, operator);
}

function oneWayHashTdes(
  input: Uint8Array,
  dsId: Uint8Array,
  operator: Uint8Array,
): Uint8Array | undefined {
  const left = doubledDigits(dsId.subarray(0, 6));
  const right = doubledDigits(dsId.subarray(-6));
  if (!left || !right) return undefined;
  const key = concatBytes(left, operator.subarray(4, 6), right, operator.subarray(6, 8));
  return xorBytes(tdesCipherOf(key).encrypt(xorBytes(operator, input)), input);
}

/** Each pair of digits as a number, doubled. */
function doubledDigits(bytes: Uint8Array): Uint8Array | undefined {
  if (!decodeBcd(bytes).ok) return undefined;
  return bytes.map((byte) => ((byte >> 4) * 10 + (byte & 15)) * 2);
}

function oneWayHashAes(input: Uint8Array, dsId: Uint8Array, operator: Uint8Array): Uint8Array {
  const padded = concatBytes(new Uint8Array(11 - Math.min(dsId.length, 11)), dsId);
  const key = concatBytes(padded.subarray(-11), operator.subarray(4, 8), Uint8Array.of(0x3f));
  const message = concatBytes(input, operator);
  return xorBytes(aesCipherOf(key).encrypt(message), message).subarray(0, 8);
}
