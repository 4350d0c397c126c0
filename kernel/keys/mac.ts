import { tdesDecrypt, tdesEncrypt, tdesKey } from './tdes.ts';

/** How data is filled to whole blocks: 1 with zeros, 2 with 80 and zeros. ISO/IEC 9797-1, 6.3. */
export type MacPadding = 1 | 2;

/**
 * The retail MAC: single DES in CBC with the left half of the key, and the last block once more
 * with the right and the left half. `key` is 16 bytes, the MAC 8; a receiver may want fewer.
 * Source: ISO/IEC 9797-1:2011, MAC algorithm 3 with DES.
 */
export function retailMac(key: Uint8Array, data: Uint8Array, padding: MacPadding): Uint8Array {
  if (key.length !== 16) throw new RangeError('a retail MAC key is 16 bytes');
  const left = tdesKey(key.subarray(0, 8));
  const right = tdesKey(key.subarray(8));
  const padded = pad(data, padding);
  let chain: Uint8Array = new Uint8Array(8);
  for (let at = 0; at < padded.length; at += 8) {
    chain = tdesEncrypt(
      left,
      chain.map((byte, i) => byte ^ (padded[at + i] ?? 0)),
    );
  }
  return tdesEncrypt(left, tdesDecrypt(right, chain));
}

function pad(data: Uint8Array, padding: MacPadding): Uint8Array {
  const filled = padding === 2 ? data.length + 1 : Math.max(data.length, 1);
  const padded = new Uint8Array(Math.ceil(filled / 8) * 8);
  padded.set(data);
  if (padding === 2) padded[data.length] = 0x80;
  return padded;
}
