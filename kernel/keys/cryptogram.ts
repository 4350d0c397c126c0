import { type MacPadding, retailMac } from './mac.ts';
import { tdesEncrypt, tdesKey } from './tdes.ts';

/**
 * An application cryptogram (ARQC, TC or AAC) over the data the card and the issuer agreed on.
 * `key` is the session key, or the card's master key where the CVN uses it directly; 16 bytes.
 * Source: EMV 4.4 Book 2, 8.1.2.
 */
export function computeCryptogram(
  key: Uint8Array,
  data: Uint8Array,
  padding: MacPadding,
): Uint8Array {
  return retailMac(key, data, padding);
}

/**
 * The issuer's answer to an ARQC: 8 bytes over the ARQC and the two characters of the response
 * code. Source: EMV 4.4 Book 2, 8.2.1 (ARPC method 1).
 */
export function computeArpcMethod1(key: Uint8Array, arqc: Uint8Array, arc: Uint8Array): Uint8Array {
  if (arqc.length !== 8 || arc.length !== 2) throw new RangeError('ARQC is 8 bytes, ARC 2');
  const mixed = arqc.slice();
  mixed[0] = (mixed[0] ?? 0) ^ (arc[0] ?? 0);
  mixed[1] = (mixed[1] ?? 0) ^ (arc[1] ?? 0);
  return tdesEncrypt(tdesKey(key), mixed);
}
