import { concatBytes, xorBytes } from '#kernel/bytes/bytes.ts';
import { type BlockAlgorithm, blockBytes, encryptBlocks, encryptChained } from './block-cipher.ts';

/** Fills up to whole blocks: with zeros (1), or with 80 and zeros (2). Source: ISO/IEC 9797-1. */
export function padBlocks(data: Uint8Array, blockLength: number, padding: 1 | 2): Uint8Array {
  const marked = padding === 2 ? concatBytes(data, Uint8Array.of(0x80)) : data;
  return concatBytes(
    marked,
    new Uint8Array((blockLength - (marked.length % blockLength)) % blockLength),
  );
}

/**
 * A MAC as EMV cards make them: TDES the retail MAC (ISO/IEC 9797-1 algorithm 3, 8 bytes), AES the
 * CMAC (algorithm 5, 16 bytes), which pads by itself. Source: EMV 4.4 Book 2, A1.2.
 */
export function computeMac(
  algorithm: BlockAlgorithm,
  key: Uint8Array,
  data: Uint8Array,
  padding: 1 | 2 = 2,
): Uint8Array {
  if (algorithm === 'aes') return computeCmac(key, data);
  const whole = padBlocks(data, blockBytes('tdes'), padding);
  const left = key.subarray(0, 8);
  // OpenSSL keeps single DES under lock; two equal keys are the same cipher.
  const chained = encryptChained('tdes', concatBytes(left, left), whole.subarray(0, -8));
  const last = xorBytes(whole.subarray(-8), chained.subarray(-8));
  return encryptBlocks('tdes', key, last);
}

/** The AES-CMAC (16 bytes) of bytes of any length. Source: NIST SP 800-38B, 6.2. */
export function computeCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const whole = data.length > 0 && data.length % 16 === 0;
  const padded = whole ? data : padBlocks(data, 16, 2);
  const first = doubled(encryptBlocks('aes', key, new Uint8Array(16)));
  const last = xorBytes(padded.subarray(-16), whole ? first : doubled(first));
  const chain = encryptChained('aes', key, concatBytes(padded.subarray(0, -16), last));
  return chain.slice(-16);
}

/** Twice an element of the field of 2^128. Source: NIST SP 800-38B, 6.1. */
function doubled(block: Uint8Array): Uint8Array {
  const shifted = block.map((byte, i) => ((byte << 1) | ((block[i + 1] ?? 0) >> 7)) & 0xff);
  if ((block[0] ?? 0) >> 7 === 1) shifted[15] = (shifted[15] ?? 0) ^ 0x87;
  return shifted;
}
