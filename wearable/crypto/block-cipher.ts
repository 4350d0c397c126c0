import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';

/** The block ciphers a card has: TDES with two keys (16 bytes), AES with 16, 24 or 32. */
export type BlockAlgorithm = 'tdes' | 'aes';

/** How many bytes a block has. */
export function blockBytes(algorithm: BlockAlgorithm): number {
  return algorithm === 'aes' ? 16 : 8;
}

type Transform = (algorithm: BlockAlgorithm, key: Uint8Array, blocks: Uint8Array) => Uint8Array;

/** Enciphers whole blocks, each for itself (ECB). Source: ISO/IEC 10116. */
export const encryptBlocks: Transform = (algorithm, key, blocks) =>
  finish(createCipheriv(...cipherOf(algorithm, 'ecb', key)), blocks);

/** Deciphers whole blocks, each for itself (ECB). */
export const decryptBlocks: Transform = (algorithm, key, blocks) =>
  finish(createDecipheriv(...cipherOf(algorithm, 'ecb', key)), blocks);

/** Enciphers whole blocks in a chain that begins with zeros (CBC). */
export const encryptChained: Transform = (algorithm, key, blocks) =>
  finish(createCipheriv(...cipherOf(algorithm, 'cbc', key)), blocks);

/** Deciphers what `encryptChained` made. */
export const decryptChained: Transform = (algorithm, key, blocks) =>
  finish(createDecipheriv(...cipherOf(algorithm, 'cbc', key)), blocks);

/** Enciphers or deciphers bytes of any length by AES in counter mode from a first counter block. */
export function applyCounterMode(
  key: Uint8Array,
  counterBlock: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-ctr`, key, counterBlock);
  return new Uint8Array(concatBytes(cipher.update(data), cipher.final()));
}

/** The cipher's name for OpenSSL, its whole key, and where a chain begins. */
function cipherOf(
  algorithm: BlockAlgorithm,
  mode: 'ecb' | 'cbc',
  key: Uint8Array,
): [string, Uint8Array, Uint8Array | null] {
  const initial = mode === 'cbc' ? new Uint8Array(blockBytes(algorithm)) : null;
  if (algorithm === 'aes') return [`aes-${key.length * 8}-${mode}`, key, initial];
  const tripled = concatBytes(key, key.subarray(0, 8));
  return [mode === 'ecb' ? 'des-ede3' : 'des-ede3-cbc', tripled, initial];
}

interface Cipher {
  setAutoPadding(on: boolean): unknown;
  update(data: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

function finish(cipher: Cipher, blocks: Uint8Array): Uint8Array {
  cipher.setAutoPadding(false);
  return new Uint8Array(concatBytes(cipher.update(blocks), cipher.final()));
}
