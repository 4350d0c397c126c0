import { encodeHex } from '../../bytes/hex.ts';
import { meaningsOf } from './bits.ts';
import { CTQ_BITS } from './ctq.ts';

/**
 * What card authentication related data (9F69) says: the version of fDDA, the card's unpredictable
 * number, and the card transaction qualifiers that the signature covers. Source: EMV Contactless
 * Book C-3, annex A.2.
 */
export function cardAuthenticationMeanings(value: Uint8Array): readonly string[] {
  const [version = 0] = value;
  if (value.length < 5) return ['Too short for its unpredictable number'];
  const lines = [`fDDA version ${version}`, `Card's number ${encodeHex(value.subarray(1, 5))}`];
  if (value.length < 7) return lines;
  const qualifiers = meaningsOf(CTQ_BITS, value.subarray(5, 7));
  return [...lines, ...qualifiers];
}
