import type { Malformed } from '../../bytes/result.ts';

/**
 * Why offline data authentication failed. The path of a fault is the tag of the data object, its
 * offset the byte of the recovered data (of the object itself where nothing was recovered).
 */
export type OdaFaultKind =
  /** The card gave no such data object. */
  | 'data-missing'
  /** The terminal holds no key of this RID and index. */
  | 'ca-key-missing'
  | 'ca-key-expired'
  /** A certificate or signature is not as long as the key, or has no room for its fields. */
  | 'length'
  /** No value of RSA: not below the modulus, or an exponent other than 3 and 65537. */
  | 'not-recoverable'
  | 'trailer'
  | 'header'
  | 'format'
  | 'hash-algorithm'
  | 'hash'
  | 'issuer-identifier'
  | 'pan'
  | 'expired'
  | 'revoked'
  | 'key-algorithm'
  /** The stated length of a key or exponent is not that of its parts. */
  | 'key-length'
  /** The static data authentication tag list names more than tag 82. */
  | 'tag-list'
  /** A dynamic data object list without the unpredictable number. */
  | 'ddol'
  /** A record to be authenticated is not in template 70. */
  | 'record-template'
  /** The dynamic data that the card signed is not laid out as the book says. */
  | 'dynamic-data'
  | 'cryptogram-information'
  | 'transaction-data-hash'
  /** A GENERATE AC response that is not BER-TLV or has no cryptogram information data. */
  | 'response'
  /** An elliptic-curve signature that does not verify, or a key that is not on the curve. */
  | 'signature'
  /** A certificate's RID or CA public key index is not that of the key that signed it. */
  | 'ca-key-mismatch';

/** One reason; authentication stops at the first. */
export type OdaFault = Malformed<OdaFaultKind>;
