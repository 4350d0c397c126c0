import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { encodeHex, hex } from '../../bytes/hex.ts';
import type { CurveName, EllipticCurves } from '../../ports/elliptic-curves.ts';
import { CURVE_POINTS, coordinates, nobleCurves, pointWithX, readPoint } from './noble-curves.ts';

/** A signature suite: a curve with a hash; `fieldBytes` is the length of a coordinate. */
export interface EcSdsaSuite {
  readonly curve: CurveName;
  readonly hash: (bytes: Uint8Array) => Uint8Array;
  readonly hashBytes: number;
  readonly fieldBytes: number;
}

/**
 * The suites by algorithm suite indicator: 10 is P-256 with SHA-256, 11 is P-521 with SHA-512.
 * Source: Book E (EMV contactless 1.0), examples of issuer keys.
 */
export const EC_SDSA_SUITES: ReadonlyMap<number, EcSdsaSuite> = new Map([
  [0x10, { curve: 'p256', hash: sha256, hashBytes: 32, fieldBytes: 32 }],
  [0x11, { curve: 'p521', hash: sha512, hashBytes: 64, fieldBytes: 66 }],
]);

/**
 * Whether `signature` (the hash, then s in as many bytes as a coordinate) is the EC-SDSA signature
 * of `message` by the key with this x coordinate. Only x is hashed and only x is given: of the two
 * points with it, the key is the one whose y is the smaller. Points are multiplied by `curves`.
 * Source: ISO/IEC 14888-3 (EC-SDSA, optimised); Book E, confirmed by its published examples.
 */
export function verifyEcSdsa(
  suite: EcSdsaSuite,
  publicKeyX: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  curves: EllipticCurves = nobleCurves,
): boolean {
  const { curve, hash, hashBytes, fieldBytes } = suite;
  if (signature.length !== hashBytes + fieldBytes) return false;
  const commitment = signature.subarray(0, hashBytes);
  const key = smallerPoint(curve, publicKeyX);
  const base = curves.publicKey(curve, signature.subarray(hashBytes));
  const product = key && curves.multiply(curve, reduced(suite, commitment), key);
  const [left, right] = [base, product].map((bytes) => bytes && readPoint(curve, bytes));
  const difference = left && right && coordinates(left.subtract(right));
  if (!difference) return false;
  return equalBytes(hash(concatBytes(difference.subarray(0, fieldBytes), message)), commitment);
}

/** x and the smaller y; `undefined` when no point of the curve has this x. */
function smallerPoint(curve: CurveName, x: Uint8Array): Uint8Array | undefined {
  const even = pointWithX(curve, x);
  if (!even) return undefined;
  return coordinates(even.y <= CURVE_POINTS[curve].Fp.ORDER / 2n ? even : even.negate());
}

/** The hash as a scalar of the curve. */
function reduced({ curve, fieldBytes }: EcSdsaSuite, hash: Uint8Array): Uint8Array {
  const scalar = BigInt(`0x${encodeHex(hash)}`) % CURVE_POINTS[curve].Fn.ORDER;
  return hex(scalar.toString(16).padStart(2 * fieldBytes, '0'));
}
