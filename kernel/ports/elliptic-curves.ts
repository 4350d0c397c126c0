/** The curves of Book E: NIST P-256 and P-521. */
export type CurveName = 'p256' | 'p521';

/**
 * The multiplications of points that key agreement and EC-SDSA need, so that a native
 * implementation can stand in for the kernel's own. A coordinate and a scalar are big-endian, as
 * long as the curve's field: 32 bytes with P-256, 66 with P-521. A point is x, then y.
 *
 * Each gives `undefined`, never a throw, where there is no such value: a scalar that is zero, not
 * below the curve's order or of another length, a point that is not on the curve, a result that is
 * the point at infinity. Source: EMV Contactless Book E; SEC 1, 3.2 and 3.3.
 */
export interface EllipticCurves {
  /** The public key of a private one, or the generator times a scalar. */
  publicKey(curve: CurveName, scalar: Uint8Array): Uint8Array | undefined;
  /** x of the point times a secret scalar, in a time that does not tell of it. */
  agree(curve: CurveName, secret: Uint8Array, point: Uint8Array): Uint8Array | undefined;
  /** The point times a scalar that need not be kept. */
  multiply(curve: CurveName, scalar: Uint8Array, point: Uint8Array): Uint8Array | undefined;
}
