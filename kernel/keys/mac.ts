import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, xorBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import {
  aesCipher,
  type BlockCipher,
  type KeyLengthError,
  tdesCipher,
  tdesCipherOf,
} from './block-cipher.ts';
import type { SecretKey } from './secret-key.ts';

/**
 * How data is filled to whole blocks: 1 with zeros, 2 with 80 and zeros, 3 with zeros and the
 * length in bits as a first block. ISO/IEC 9797-1:2011, 6.3.
 */
export type MacPadding = 1 | 2 | 3;

/** The algorithms by name; those of 9797-1 work with DES. */
export const MAC_ALGORITHMS = [
  'iso9797-1-alg1',
  'iso9797-1-alg3',
  'cmac-tdes',
  'cmac-aes',
  'hmac-sha256',
] as const;

/** One of `MAC_ALGORITHMS`. */
export type MacAlgorithm = (typeof MAC_ALGORITHMS)[number];

/** What is to be computed. `padding` counts for ISO 9797-1 only; `lengthBytes` cuts the MAC. */
export interface MacRequest {
  readonly algorithm: MacAlgorithm;
  readonly key: SecretKey;
  readonly data: Uint8Array;
  readonly padding?: MacPadding;
  readonly lengthBytes?: number;
}

/** Why there is no MAC. */
export type MacError = Malformed<'bad-key-length' | 'bad-mac-length'>;

/** Computes a MAC: the leftmost `lengthBytes` of what the algorithm gives. */
export function computeMac(request: MacRequest): Result<Uint8Array, MacError> {
  const whole = wholeMac(request);
  if (!whole.ok) return whole;
  const { lengthBytes = whole.value.length } = request;
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > whole.value.length) {
    return malformed('bad-mac-length', 'lengthBytes', 0);
  }
  return ok(whole.value.subarray(0, lengthBytes));
}

/** Checks a MAC in a time that does not tell where it differs. Error besides: `mac-mismatch`. */
export function verifyMac(
  request: MacRequest,
  mac: Uint8Array,
): Result<true, MacError | Malformed<'mac-mismatch'>> {
  const expected = computeMac({ ...request, lengthBytes: mac.length });
  if (!expected.ok) return expected;
  return equalBytes(expected.value, mac) ? ok(true) : malformed('mac-mismatch', 'mac', 0);
}

/**
 * The retail MAC: single DES in CBC with the left half of the key, and the last block once more
 * with the right and the left half. The key is 16 bytes, the MAC 8.
 * Source: ISO/IEC 9797-1:2011, MAC algorithm 3 with DES.
 */
export function retailMac(
  key: SecretKey,
  data: Uint8Array,
  padding: MacPadding,
): Result<Uint8Array, KeyLengthError> {
  if (key.lengthBytes !== 16) return malformed('bad-key-length', 'key', 0);
  const bytes = key.reveal();
  const left = tdesCipherOf(bytes.subarray(0, 8));
  const right = tdesCipherOf(bytes.subarray(8));
  return ok(left.encrypt(right.decrypt(cbcMac(left, data, padding))));
}

/** The last block of the chain. Source: ISO/IEC 9797-1:2011, MAC algorithm 1. */
export function cbcMac(cipher: BlockCipher, data: Uint8Array, padding: MacPadding): Uint8Array {
  const { blockBytes } = cipher;
  const padded = padForMac(data, padding, blockBytes);
  return cipher.encryptCbc(new Uint8Array(blockBytes), padded).slice(-blockBytes);
}

/**
 * CMAC: one block. Source: NIST SP 800-38B, 6; ISO/IEC 9797-1:2011, MAC algorithm 5.
 */
export function cmac(cipher: BlockCipher, data: Uint8Array): Uint8Array {
  const { blockBytes } = cipher;
  const whole = data.length > 0 && data.length % blockBytes === 0;
  const first = doubled(cipher.encrypt(new Uint8Array(blockBytes)));
  const padded = whole ? data.slice() : padForMac(data, 2, blockBytes);
  const last = padded.subarray(-blockBytes);
  last.set(xorBytes(last, whole ? first : doubled(first)));
  return cipher.encryptCbc(new Uint8Array(blockBytes), padded).slice(-blockBytes);
}

/** Fills data to whole blocks. ISO/IEC 9797-1:2011, 6.3. */
export function padForMac(data: Uint8Array, padding: MacPadding, blockBytes: number): Uint8Array {
  const filled = padding === 2 ? data.length + 1 : Math.max(data.length, padding === 1 ? 1 : 0);
  const padded = new Uint8Array(Math.ceil(filled / blockBytes) * blockBytes);
  padded.set(data);
  if (padding === 2) padded[data.length] = 0x80;
  if (padding !== 3) return padded;
  const length = new Uint8Array(blockBytes);
  new DataView(length.buffer).setBigUint64(blockBytes - 8, BigInt(data.length) * 8n);
  return concatBytes(length, padded);
}

function wholeMac(request: MacRequest): Result<Uint8Array, KeyLengthError> {
  const { algorithm, key, data, padding = 1 } = request;
  switch (algorithm) {
    case 'iso9797-1-alg1': {
      const cipher = tdesCipher(key);
      return cipher.ok ? ok(cbcMac(cipher.value, data, padding)) : cipher;
    }
    case 'iso9797-1-alg3':
      return retailMac(key, data, padding);
    case 'cmac-tdes': {
      const cipher = key.lengthBytes === 8 ? undefined : tdesCipher(key);
      if (!cipher) return malformed('bad-key-length', 'key', 0);
      return cipher.ok ? ok(cmac(cipher.value, data)) : cipher;
    }
    case 'cmac-aes': {
      const cipher = aesCipher(key);
      return cipher.ok ? ok(cmac(cipher.value, data)) : cipher;
    }
    case 'hmac-sha256':
      return ok(hmac(sha256, key.reveal(), data));
    default:
      return algorithm satisfies never;
  }
}

/** A block times two in the field that CMAC works in. NIST SP 800-38B, 5.3. */
function doubled(block: Uint8Array): Uint8Array {
  const shifted = block.map((byte, i) => (byte << 1) | ((block[i + 1] ?? 0) >> 7));
  const end = block.length - 1;
  if (((block[0] ?? 0) & 0x80) !== 0) {
    shifted[end] = (shifted[end] ?? 0) ^ (block.length === 8 ? 0x1b : 0x87);
  }
  return shifted;
}
