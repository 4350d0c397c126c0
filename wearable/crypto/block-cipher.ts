import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';

/** The block ciphers a card has: TDES with two keys (16 bytes), AES with 16, 24 or 32. */
export type BlockAlgorithm = 'tdes' | 'aes';

/** How many bytes a block has. */
export function blockBytes(algorithm: BlockAlgorithm): number {
  return algorithm === 'aes' ? 16 : 8;
}

/** Enciphers whole blocks, each for itself (ECB). Source: ISO/IEC 10116. */
export function encryptBlocks(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  blocks: Uint8Array,
): Uint8Array {
  const [name, wholeKey] = cipherOf(algorithm, 'ecb', key);
  return finish(createCipheriv(name, wholeKey, null), blocks);
}

/** Enciphers whole blocks in a chain that begins with zeros (CBC). */
export function encryptChained(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  blocks: Uint8Array,
): Uint8Array {
  const [name, wholeKey] = cipherOf(algorithm, 'cbc', key);
  const initial = new Uint8Array(blockBytes(algorithm));
  return finish(createCipheriv(name, wholeKey, initial), blocks);
}

/** Deciphers what `encryptChained` made. */
export function decryptChained(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  blocks: Uint8Array,
): Uint8Array {
  const [name, wholeKey] = cipherOf(algorithm, 'cbc', key);
  const initial = new Uint8Array(blockBytes(algorithm));
  return finish(createDecipheriv(name, wholeKey, initial), blocks);
}

/** Deciphers whole blocks, each for itself (ECB). */
export function decryptBlocks(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  blocks: Uint8Array,
): Uint8Array {
  const [name, wholeKey] = cipherOf(algorithm, 'ecb', key);
  return finish(createDecipheriv(name, wholeKey, null), blocks);
}

/** Enciphers or deciphers bytes of any length by AES in counter mode from a first counter block. */
export function applyCounterMode(
  key: Uint8Array,
  counterBlock: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-ctr`, key, counterBlock);
  return new Uint8Array(concatBytes(cipher.update(data), cipher.final()));
}

function cipherOf(
  algorithm: BlockAlgorithm,
  mode: 'ecb' | 'cbc',
  key: Uint8Array,
): [string, Uint8Array] {
  if (algorithm === 'aes') return [`aes-${key.length * 8}-${mode}`, key];
  return [mode === 'ecb' ? 'des-ede3' : 'des-ede3-cbc', concatBytes(key, key.subarray(0, 8))];
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
