import { decodeBcd } from '../../bytes/bcd.ts';
import { encodeHex } from '../../bytes/hex.ts';
import type { Tlv } from '../../tlv/ber.ts';
import { parseDol } from '../../tlv/dol.ts';
import { tagEntry } from '../dictionary/tags.ts';
import type { TransactionData } from './verification-results.ts';

/** Lengths in bytes that the kernel itself depends on. Source: EMV 4.4 Book 3, annex A. */
const LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  '5A': [1, 10],
  '5F24': [3, 3],
  '5F25': [3, 3],
  '5F28': [2, 2],
  '5F34': [1, 1],
  '82': [2, 2],
  '8F': [1, 1],
  '9F07': [2, 2],
  '9F08': [2, 2],
  '9F0D': [5, 5],
  '9F0E': [5, 5],
  '9F0F': [5, 5],
  '9F10': [0, 32],
  '9F14': [1, 1],
  '9F23': [1, 1],
  '9F26': [8, 8],
  '9F27': [1, 1],
  '9F36': [2, 2],
  '9F42': [2, 2],
};

/** The most that a command carries. */
const MAX_DOL_DATA_BYTES = 255;

/**
 * Takes primitive objects of a card into the transaction. What only terminal or issuer may say is
 * passed over, and so is what the dictionary does not know when it comes again. False where a known
 * object comes a second time or is not formatted as it must be. `seen` holds the tags that came.
 * Source: EMV 4.4 Book 3, 7.5 and 10.2.
 */
export function collectCardData(
  objects: readonly Tlv[],
  data: TransactionData,
  seen: Set<string>,
): boolean {
  for (const { tag, value, children } of objects) {
    const entry = tagEntry(tag);
    if (children || entry?.source === 'terminal' || entry?.source === 'issuer') continue;
    if (seen.has(tag)) {
      if (entry) return false;
      continue;
    }
    if (!isWellFormed(tag, value)) return false;
    seen.add(tag);
    data.set(tag, value);
  }
  return true;
}

/** Whether a value of the card is formatted as the kernel needs it; what it does not use, is. */
function isWellFormed(tag: string, value: Uint8Array): boolean {
  const [min, max] = LENGTHS[tag] ?? [0, Number.POSITIVE_INFINITY];
  if (value.length < min || value.length > max) return false;
  switch (tag) {
    case '5A':
      return /^\d+F*$/.test(encodeHex(value));
    case '5F24':
    case '5F25':
      return isDate(value);
    case '8C':
    case '8D':
      return isDol(value);
    default:
      return true;
  }
}

/** YYMMDD with a month and a day that there are. */
function isDate(value: Uint8Array): boolean {
  const digits = decodeBcd(value);
  if (!digits.ok) return false;
  const [month, day] = [Number(digits.value.slice(2, 4)), Number(digits.value.slice(4))];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

function isDol(value: Uint8Array): boolean {
  const entries = parseDol(value);
  if (!entries.ok) return false;
  return entries.value.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0) <= MAX_DOL_DATA_BYTES;
}
