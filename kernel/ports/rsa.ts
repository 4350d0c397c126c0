/**
 * The one RSA operation of offline data authentication, so that a native implementation can stand
 * in for the kernel's own. Source: EMV 4.4 Book 2, B2.1.
 */
export interface RsaRecovery {
  /**
   * `signature` to the power of `exponent` modulo `modulus`, all big-endian, as many bytes as the
   * modulus has. `undefined`, never a throw, where there is no such value: the signature is not as
   * long as the modulus or not below it, or the modulus is even.
   */
  recover(modulus: Uint8Array, exponent: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
}
