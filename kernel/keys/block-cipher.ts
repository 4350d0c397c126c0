import { cbc, ctr, ecb } from '@noble/ciphers/aes.js';
import { concatBytes, xorBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { SecretKey } from './secret-key.ts';
import { tdesDecrypt, tdesEncrypt, tdesKey } from './tdes.ts';

/** A cipher with its key in it. Both functions take whole blocks, each by itself (ECB). */
export interface BlockCipher {
  readonly blockBytes: 8 | 16;
  encrypt(blocks: Uint8Array): Uint8Array;
  decrypt(blocks: Uint8Array): Uint8Array;
  /** Enciphers whole blocks, each mixed with the one before it (CBC). `iv` is one block. */
  encryptCbc(iv: Uint8Array, blocks: Uint8Array): Uint8Array;
}

/** Why a key does not fit its cipher. */
export type KeyLengthError = Malformed<'bad-key-length'>;

/** Triple DES with a key of 16 or 24 bytes; single DES with 8. ISO/IEC 18033-3, 5.2. */
export function tdesCipher(key: SecretKey): Result<BlockCipher, KeyLengthError> {
  if (![8, 16, 24].includes(key.lengthBytes)) return malformed('bad-key-length', 'key', 0);
  return ok(tdesCipherOf(key.reveal()));
}

/** AES with a key of 16, 24 or 32 bytes. ISO/IEC 18033-3, 5.3. */
export function aesCipher(key: SecretKey): Result<BlockCipher, KeyLengthError> {
  if (![16, 24, 32].includes(key.lengthBytes)) return malformed('bad-key-length', 'key', 0);
  return ok(aesCipherOf(key.reveal()));
}

/** Triple DES for bytes that are known to be 8, 16 or 24; throws otherwise. */
export function tdesCipherOf(key: Uint8Array): BlockCipher {
  const ready = tdesKey(key);
  return {
    blockBytes: 8,
    encrypt: (blocks) => tdesEncrypt(ready, blocks),
    decrypt: (blocks) => tdesDecrypt(ready, blocks),
    encryptCbc(iv, blocks) {
      const result = new Uint8Array(blocks.length);
      let chain = iv;
      for (let at = 0; at < blocks.length; at += 8) {
        chain = tdesEncrypt(ready, xorBytes(blocks.subarray(at, at + 8), chain));
        result.set(chain, at);
      }
      return result;
    },
  };
}

/** AES for bytes that are known to be 16, 24 or 32; throws otherwise. */
export function aesCipherOf(key: Uint8Array): BlockCipher {
  const cipher = () => ecb(key, { disablePadding: true });
  return {
    blockBytes: 16,
    encrypt: (blocks) => cipher().encrypt(blocks),
    decrypt: (blocks) => cipher().decrypt(blocks),
    encryptCbc: (iv, blocks) => cbc(key, iv, { disablePadding: true }).encrypt(blocks),
  };
}

/** Deciphers whole blocks that were chained. `iv` is one block. */
export function decryptCbc(cipher: BlockCipher, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  return xorBytes(cipher.decrypt(blocks), concatBytes(iv, blocks).subarray(0, blocks.length));
}

/** AES in counter mode, both ways, from this first counter block. */
export function aesCtr(key: Uint8Array, counterBlock: Uint8Array, bytes: Uint8Array): Uint8Array {
  return ctr(key, counterBlock).encrypt(bytes);
}
