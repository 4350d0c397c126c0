import {
  constants,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
} from 'node:crypto';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

/** The part of an RSA key that anybody may see, big-endian. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  /** 03 or 010001. */
  readonly exponent: Uint8Array;
}

/** An RSA key pair of a test issuer. */
export class RsaKey {
  readonly publicKey: RsaPublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    const { n = '', e = '' } = key.export({ format: 'jwk' });
    this.#key = key;
    this.publicKey = { modulus: fromBase64Url(n), exponent: fromBase64Url(e) };
  }

  /** Makes a new key. Takes tens of milliseconds or more. */
  static generate(modulusBits: number, exponent: 3 | 65_537): RsaKey {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: modulusBits,
      publicExponent: exponent,
    });
    return new RsaKey(privateKey);
  }

  /** Reads a key in PEM (PKCS #8 or #1). Error: `not-an-rsa-key`. */
  static read(pem: string): Result<RsaKey, 'not-an-rsa-key'> {
    try {
      const key = createPrivateKey(pem);
      return key.asymmetricKeyType === 'rsa' ? ok(new RsaKey(key)) : fail('not-an-rsa-key');
    } catch {
      return fail('not-an-rsa-key');
    }
  }

  /** The key in PEM, for a device's own memory. */
  writePem(): string {
    return this.#key.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** Signs a block as long as the modulus and less than it. Source: EMV 4.4 Book 2, B2.1. */
  sign(block: Uint8Array): Uint8Array {
    const padding = constants.RSA_NO_PADDING;
    return new Uint8Array(privateEncrypt({ key: this.#key, padding }, block));
  }

  /** Deciphers a block; undefined when it is not one of this key. */
  decipher(block: Uint8Array): Uint8Array | undefined {
    const padding = constants.RSA_NO_PADDING;
    try {
      return new Uint8Array(privateDecrypt({ key: this.#key, padding }, block));
    } catch {
      return undefined;
    }
  }
}

function fromBase64Url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}
