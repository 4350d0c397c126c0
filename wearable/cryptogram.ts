import { createCipheriv } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';

const BLOCK_BYTES = 8;

/**
 * The ARQC (8 bytes) of one transaction: a retail MAC over `data`, padded with 80 and zeros, under
 * the session key of this ATC. `masterKey` is the applet's own, 16 bytes; `atc` 2 bytes.
 * Source: EMV 4.4 Book 2, 8.1.2 and A1.3.1; ISO 9797-1 algorithm 3, padding method 2.
 */
export function computeArqc(masterKey: Uint8Array, atc: Uint8Array, data: Uint8Array): Uint8Array {
  const sessionKey = deriveSessionKey(masterKey, atc);
  const padded = concatBytes(data, Uint8Array.of(0x80));
  const whole = concatBytes(padded, new Uint8Array(-padded.length & (BLOCK_BYTES - 1)));
  const left = sessionKey.subarray(0, 8);
  // OpenSSL keeps single DES under lock; three equal keys are the same cipher.
  const single = concatBytes(left, left, left);
  const chained = encrypt(single, whole.subarray(0, -BLOCK_BYTES));
  const initial = concatBytes(new Uint8Array(BLOCK_BYTES), chained).subarray(-BLOCK_BYTES);
  return encrypt(tripleKey(sessionKey), whole.subarray(-BLOCK_BYTES), initial);
}

function deriveSessionKey(masterKey: Uint8Array, atc: Uint8Array): Uint8Array {
  const half = (marker: number) => concatBytes(atc, Uint8Array.of(marker, 0, 0, 0, 0, 0));
  const key = tripleKey(masterKey);
  return concatBytes(encrypt(key, half(0xf0)), encrypt(key, half(0x0f)));
}

function tripleKey(key: Uint8Array): Uint8Array {
  return concatBytes(key, key.subarray(0, 8));
}

function encrypt(
  key: Uint8Array,
  blocks: Uint8Array,
  initial: Uint8Array = new Uint8Array(BLOCK_BYTES),
): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', key, initial).setAutoPadding(false);
  return new Uint8Array(concatBytes(cipher.update(blocks), cipher.final()));
}
