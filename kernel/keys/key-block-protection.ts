import { concatBytes } from '../bytes/bytes.ts';
import { malformed, ok, type Result } from '../bytes/result.ts';
import {
  aesCipherOf,
  aesCtr,
  type BlockCipher,
  decryptCbc,
  type KeyLengthError,
  tdesCipherOf,
} from './block-cipher.ts';
import type { KeyBlockVersion } from './key-block-header.ts';
import { cbcMac, cmac } from './mac.ts';
import type { SecretKey } from './secret-key.ts';

/** How the blocks of one version are sealed with one protection key. */
export interface BlockProtection {
  readonly macBytes: 4 | 8 | 16;
  /** What is enciphered must be whole blocks of this. */
  readonly blockBytes: 1 | 8 | 16;
  /** What the MAC is over, besides the header: the key in clear, or as it is enciphered. */
  readonly macCovers: 'clear' | 'sealed';
  macOver(bytes: Uint8Array): Uint8Array;
  /** The initial vector is the MAC, or where that covers what is sealed, the header's start. */
  encipher(bytes: Uint8Array, vector: Uint8Array): Uint8Array;
  decipher(bytes: Uint8Array, vector: Uint8Array): Uint8Array;
}

/**
 * The protection of a version under a key. Error: `bad-key-length`. Source: ANSI X9.143:2021, 7:
 * variants of the key for A and C, keys derived by CMAC for B (TDES) and D (AES); ISO 20038 for E.
 */
export function protectionOf(
  version: KeyBlockVersion,
  key: SecretKey,
): Result<BlockProtection, KeyLengthError> {
  if (!KEY_LENGTHS[version].includes(key.lengthBytes))
    return malformed('bad-key-length', 'kbpk', 0);
  const bytes = key.reveal();
  switch (version) {
    case 'A':
    case 'C':
      return ok(variantProtection(bytes));
    case 'B': {
      const encryption = tdesCipherOf(derivedTdes(bytes, ENCRYPTION));
      const authentication = tdesCipherOf(derivedTdes(bytes, AUTHENTICATION));
      return ok({ ...cbcProtection(encryption, authentication), macBytes: 8 });
    }
    case 'D': {
      const encryption = aesCipherOf(derivedAes(bytes, ENCRYPTION));
      const authentication = aesCipherOf(derivedAes(bytes, AUTHENTICATION));
      return ok({ ...cbcProtection(encryption, authentication), macBytes: 16 });
    }
    case 'E':
      return ok(counterProtection(bytes));
    default:
      return version satisfies never;
  }
}

const KEY_LENGTHS: Readonly<Record<KeyBlockVersion, readonly number[]>> = {
  A: [8, 16, 24],
  B: [16, 24],
  C: [8, 16, 24],
  D: [16, 24, 32],
  E: [16, 24, 32],
};

const ENCRYPTION = 0;
const AUTHENTICATION = 1;
const COUNTER_ENCRYPTION = 2;

/** Versions A and C: the key mixed with 45 for enciphering and with 4D for the MAC. */
function variantProtection(key: Uint8Array): BlockProtection {
  const encryption = tdesCipherOf(key.map((byte) => byte ^ 0x45));
  const authentication = tdesCipherOf(key.map((byte) => byte ^ 0x4d));
  return {
    macBytes: 4,
    blockBytes: 8,
    macCovers: 'sealed',
    macOver: (bytes) => cbcMac(authentication, bytes, 1).subarray(0, 4),
    encipher: (bytes, head) => encryption.encryptCbc(head.subarray(0, 8), bytes),
    decipher: (bytes, head) => decryptCbc(encryption, head.subarray(0, 8), bytes),
  };
}

function cbcProtection(
  encryption: BlockCipher,
  authentication: BlockCipher,
): Omit<BlockProtection, 'macBytes'> {
  return {
    blockBytes: encryption.blockBytes,
    macCovers: 'clear',
    macOver: (bytes) => cmac(authentication, bytes),
    encipher: (bytes, mac) => encryption.encryptCbc(mac, bytes),
    decipher: (bytes, mac) => decryptCbc(encryption, mac, bytes),
  };
}

/** Version E: AES in counter mode from the MAC on. */
function counterProtection(key: Uint8Array): BlockProtection {
  const encryption = derivedAes(key, COUNTER_ENCRYPTION);
  const authentication = aesCipherOf(derivedAes(key, AUTHENTICATION));
  const cipher = (bytes: Uint8Array, mac: Uint8Array) => aesCtr(encryption, mac, bytes);
  return {
    macBytes: 16,
    blockBytes: 1,
    macCovers: 'clear',
    macOver: (bytes) => cmac(authentication, bytes),
    encipher: cipher,
    decipher: cipher,
  };
}

/** X9.143:2021, 7.3.2: TDES of two keys is algorithm 0, of three keys 1. */
function derivedTdes(key: Uint8Array, usage: number): Uint8Array {
  return derived(tdesCipherOf(key), usage, key.length === 16 ? 0 : 1, key.length);
}

/** X9.143:2021, 7.3.3: AES with 128, 192 and 256 bits is algorithm 2, 3 and 4. */
function derivedAes(key: Uint8Array, usage: number): Uint8Array {
  return derived(aesCipherOf(key), usage, key.length / 8, key.length);
}

/** NIST SP 800-108 in counter mode with CMAC. */
function derived(
  cipher: BlockCipher,
  usage: number,
  algorithm: number,
  lengthBytes: number,
): Uint8Array {
  const bits = lengthBytes * 8;
  const blocks: Uint8Array[] = [];
  for (let counter = 1; blocks.length * cipher.blockBytes < lengthBytes; counter++) {
    const label = Uint8Array.of(counter, 0, usage, 0, 0, algorithm, bits >> 8, bits & 255);
    blocks.push(cmac(cipher, label));
  }
  return concatBytes(...blocks).subarray(0, lengthBytes);
}
