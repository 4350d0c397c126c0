import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  publicDecrypt,
} from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import type { RsaPublicKey } from '#kernel/emv/oda/ca-public-key.ts';
import type { RsaRecovery } from '#kernel/ports/rsa.ts';

/** A key that signs as certification authorities, issuers and cards do. */
export interface SigningKey extends RsaPublicKey {
  /** `message` to the power of the private exponent; as long as the modulus. */
  sign(message: Uint8Array): Uint8Array;
}

/** Makes a key of so many bits. */
export function makeKey(bits: number, publicExponent: 3 | 65537 = 3): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicExponent,
  });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const padding = constants.RSA_NO_PADDING;
  return {
    modulus: new Uint8Array(Buffer.from(n, 'base64url')),
    exponent: new Uint8Array(Buffer.from(e, 'base64url')),
    sign: (message) => new Uint8Array(privateEncrypt({ key: privateKey, padding }, message)),
  };
}

/** RSA recovery by OpenSSL. A key object is made each time: a card's key is seen once. */
export const nodeRsa: RsaRecovery = {
  recover(modulus, exponent, signature) {
    const n = Buffer.from(modulus).toString('base64url');
    const e = Buffer.from(exponent).toString('base64url');
    try {
      const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
      return new Uint8Array(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature));
    } catch {
      return undefined;
    }
  },
};

/** What a signed object says of itself; each part may be made wrong. */
export interface Frame {
  readonly header?: number;
  readonly trailer?: number;
  readonly format?: number;
  readonly hashAlgorithm?: number;
}

/** Signs fields that begin with a format, and what is hashed with them. Book 2, A2.1.2. */
function seal(
  key: SigningKey,
  frame: Frame,
  fields: Uint8Array,
  ...rest: Uint8Array[]
): Uint8Array {
  const hash = createHash('sha1')
    .update(concatBytes(fields, ...rest))
    .digest();
  const [header, trailer] = [frame.header ?? 0x6a, frame.trailer ?? 0xbc];
  return key.sign(concatBytes(Uint8Array.of(header), fields, hash, Uint8Array.of(trailer)));
}

/** A certificate's fields; each may be made wrong. */
export interface CertificateFields extends Frame {
  /** Issuer identifier (8 digits) or PAN (20 digits), filled with F. */
  readonly holder: string;
  /** MMYY */
  readonly expiry: string;
  readonly serial?: string;
  readonly keyAlgorithm?: number;
  readonly keyLength?: number;
  readonly exponentLength?: number;
}

/** A certificate and the part of the key that it has no room for. */
export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  readonly remainder: Uint8Array;
}

/**
 * Issues an issuer's certificate (format 02) or, with the static data, a card's (04). Source: EMV
 * 4.4 Book 2, 5.1 and 6.1.
 */
export function issueCertificate(
  signer: SigningKey,
  key: RsaPublicKey,
  fields: CertificateFields,
  staticData: Uint8Array = new Uint8Array(0),
): IssuedCertificate {
  const room = signer.modulus.length - 22 - (fields.holder.length / 2 + 10);
  const digits = key.modulus.subarray(0, room);
  const remainder = key.modulus.subarray(room);
  const format = fields.format ?? (fields.holder.length === 8 ? 0x02 : 0x04);
  const head = concatBytes(
    Uint8Array.of(format),
    hex(fields.holder + fields.expiry + (fields.serial ?? '000001')),
    Uint8Array.of(
      fields.hashAlgorithm ?? 1,
      fields.keyAlgorithm ?? 1,
      fields.keyLength ?? key.modulus.length,
      fields.exponentLength ?? key.exponent.length,
    ),
  );
  const filling = new Uint8Array(room - digits.length).fill(0xbb);
  const body = concatBytes(head, digits, filling);
  const certificate = seal(signer, fields, body, remainder, key.exponent, staticData);
  return { certificate, remainder };
}

/** Signs static data (tag 93). Book 2, 5.1. */
export function signStaticData(
  issuer: SigningKey,
  code: string,
  staticData: Uint8Array,
  frame: Frame = {},
): Uint8Array {
  const head = Uint8Array.of(frame.format ?? 0x03, frame.hashAlgorithm ?? 1, ...hex(code));
  return seal(issuer, frame, fill(head, issuer), staticData);
}

/** Signs dynamic data (tag 9F4B) over the terminal's. Book 2, 6.5.1, 6.6.1. */
export function signDynamicData(
  card: SigningKey,
  dynamic: Uint8Array,
  terminalData: Uint8Array,
  frame: Frame & { readonly dynamicLength?: number } = {},
): Uint8Array {
  const { format = 0x05, hashAlgorithm = 1, dynamicLength = dynamic.length } = frame;
  const head = Uint8Array.of(format, hashAlgorithm, dynamicLength, ...dynamic);
  return seal(card, frame, fill(head, card), terminalData);
}

function fill(head: Uint8Array, key: SigningKey): Uint8Array {
  return concatBytes(head, new Uint8Array(key.modulus.length - 22 - head.length).fill(0xbb));
}
