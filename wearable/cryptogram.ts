import { concatBytes, xorBytes } from '#kernel/bytes/bytes.ts';
import { type BlockAlgorithm, blockBytes, encryptBlocks } from './crypto/block-cipher.ts';
import { computeMac } from './crypto/mac.ts';

/** A key that an issuer put on the wearable for one application, and the cipher it is for. */
export interface MasterKey {
  readonly algorithm: BlockAlgorithm;
  readonly bytes: Uint8Array;
}

/**
 * The session key of a master key: `diversifier` is the ATC (2 bytes) for cryptograms, the
 * cryptogram (8 bytes) for secure messaging. As long as the master key.
 * Source: EMV 4.4 Book 2, A1.3.1 (common session key derivation).
 */
export function deriveSessionKey(master: MasterKey, diversifier: Uint8Array): Uint8Array {
  const { algorithm, bytes } = master;
  const length = blockBytes(algorithm);
  const block = concatBytes(diversifier, new Uint8Array(length)).subarray(0, length);
  if (bytes.length === length) return encryptBlocks(algorithm, bytes, block);
  const halves = concatBytes(block.with(2, 0xf0), block.with(2, 0x0f));
  return encryptBlocks(algorithm, bytes, halves).slice(0, bytes.length);
}

/**
 * The application cryptogram (8 bytes) over `data`, under the session key of this ATC.
 * Source: EMV 4.4 Book 2, 8.1.2; padding method 2.
 */
export function computeCryptogram(
  master: MasterKey,
  atc: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  return computeMac(master.algorithm, deriveSessionKey(master, atc), data).slice(0, 8);
}

/**
 * The application cryptogram of versions 10 and 17: under the master key itself, padded with zeros.
 * TDES only. No public specification; recorded cards agree with it.
 */
export function computeDirectCryptogram(master: MasterKey, data: Uint8Array): Uint8Array {
  return computeMac(master.algorithm, master.bytes, data, 1);
}

/** The issuer's answer (8 bytes) to a cryptogram, method 1. Source: EMV 4.4 Book 2, 8.2.1. */
export function computeArpcMethod1(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  cryptogram: Uint8Array,
  responseCode: Uint8Array,
): Uint8Array {
  const filled = concatBytes(responseCode, new Uint8Array(6));
  if (algorithm === 'tdes') return encryptBlocks('tdes', key, xorBytes(cryptogram, filled));
  return computeMac('aes', key, concatBytes(cryptogram, filled)).slice(0, 8);
}

/**
 * The issuer's answer (4 bytes) to a cryptogram, method 2, over the card status update (4 bytes)
 * and up to 8 bytes of the issuer's own. Source: EMV 4.4 Book 2, 8.2.2.
 */
export function computeArpcMethod2(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  cryptogram: Uint8Array,
  statusUpdate: Uint8Array,
  proprietary: Uint8Array,
): Uint8Array {
  const data = concatBytes(cryptogram, statusUpdate, proprietary);
  return computeMac(algorithm, key, data).slice(0, 4);
}
