import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  publicDecrypt,
  publicEncrypt,
} from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import type { RsaPublicKey } from './rsa-key.ts';

/** What a terminal recovers with a public key: the whole block. */
export function recover(key: RsaPublicKey, signature: Uint8Array): Uint8Array {
  const padding = constants.RSA_NO_PADDING;
  return new Uint8Array(publicDecrypt({ key: publicKeyOf(key), padding }, signature));
}

/** What a terminal enciphers for a card: a block as long as the modulus. */
export function encipher(key: RsaPublicKey, block: Uint8Array): Uint8Array {
  const padding = constants.RSA_NO_PADDING;
  return new Uint8Array(publicEncrypt({ key: publicKeyOf(key), padding }, block));
}

function publicKeyOf({ modulus, exponent }: RsaPublicKey): KeyObject {
  const jwk = {
    kty: 'RSA',
    n: Buffer.from(modulus).toString('base64url'),
    e: Buffer.from(exponent).toString('base64url'),
  };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** The block without 6A, hash and BC, once its hash over itself and `along` is right. */
export function recoverSigned(
  key: RsaPublicKey,
  signature: Uint8Array,
  along: Uint8Array,
): Uint8Array {
  const block = recover(key, signature);
  const content = block.subarray(1, -21);
  const hash = createHash('sha1').update(content).update(along).digest();
  const isRight =
    block.length === key.modulus.length &&
    block[0] === 0x6a &&
    block.at(-1) === 0xbc &&
    hash.equals(block.subarray(-21, -1));
  if (!isRight) throw new Error('the signature is wrong');
  return content;
}

/** The objects of a wearable's records that a terminal needs to authenticate it. */
export interface ChainObjects {
  readonly issuerCertificate: Uint8Array;
  readonly issuerRemainder: Uint8Array;
  readonly issuerExponent: Uint8Array;
  readonly iccCertificate: Uint8Array;
  readonly iccRemainder: Uint8Array;
  readonly iccExponent: Uint8Array;
}

/** The card's key, once both certificates are right: EMV 4.4 Book 2, 5.3, 6.3 and 6.4. */
export function recoverIccKey(
  ca: RsaPublicKey,
  chain: ChainObjects,
  pan: string,
  staticData: Uint8Array,
): RsaPublicKey {
  const { issuerCertificate, issuerRemainder, issuerExponent } = chain;
  const issuer = recoverSigned(ca, issuerCertificate, concatBytes(issuerRemainder, issuerExponent));
  if (issuer[0] !== 0x02 || encodeHex(issuer.subarray(1, 5)) !== pan.slice(0, 8)) {
    throw new Error('not the issuer of this card');
  }
  const issuerKey = {
    modulus: modulusOf(issuer, 14, issuerRemainder, issuer[12] ?? 0),
    exponent: issuerExponent,
  };
  const along = concatBytes(chain.iccRemainder, chain.iccExponent, staticData);
  const icc = recoverSigned(issuerKey, chain.iccCertificate, along);
  if (icc[0] !== 0x04 || encodeHex(icc.subarray(1, 11)) !== pan.padEnd(20, 'F')) {
    throw new Error('not this card');
  }
  return {
    modulus: modulusOf(icc, 20, chain.iccRemainder, icc[18] ?? 0),
    exponent: chain.iccExponent,
  };
}

function modulusOf(content: Uint8Array, at: number, remainder: Uint8Array, length: number) {
  return concatBytes(content.subarray(at), remainder).slice(0, length);
}
