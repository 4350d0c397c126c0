import { p256, p521 } from '@noble/curves/nist.js';
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import type { CurveName, EllipticCurves } from '../../ports/elliptic-curves.ts';

/** The class of a curve's points. */
export type PointClass = typeof p256.Point;

/** One point of a curve. */
export type CurvePoint = InstanceType<PointClass>;

/** The points of each curve. */
export const CURVE_POINTS: Readonly<Record<CurveName, PointClass>> = {
  p256: p256.Point,
  p521: p521.Point,
};

const UNCOMPRESSED = Uint8Array.of(4);
const EVEN = Uint8Array.of(2);

/** Point multiplication by the noble library, which is JavaScript alone. */
export const nobleCurves: EllipticCurves = {
  publicKey(curve, scalar) {
    const k = readScalar(curve, scalar);
    return k === undefined ? undefined : coordinates(CURVE_POINTS[curve].BASE.multiply(k));
  },
  agree(curve, secret, bytes) {
    const [k, point] = [readScalar(curve, secret), readPoint(curve, bytes)];
    if (k === undefined || !point) return undefined;
    return coordinates(point.multiply(k))?.subarray(0, bytes.length / 2);
  },
  multiply(curve, scalar, bytes) {
    const [k, point] = [readScalar(curve, scalar), readPoint(curve, bytes)];
    return k === undefined || !point ? undefined : coordinates(point.multiplyUnsafe(k));
  },
};

/** A point from x, then y; `undefined` when the curve has none such. */
export function readPoint(curve: CurveName, bytes: Uint8Array): CurvePoint | undefined {
  const point = CURVE_POINTS[curve];
  return bytes.length === 2 * point.Fp.BYTES
    ? decoded(point, concatBytes(UNCOMPRESSED, bytes))
    : undefined;
}

/** The point with this x and an even y; `undefined` when the curve has none. */
export function pointWithX(curve: CurveName, x: Uint8Array): CurvePoint | undefined {
  const point = CURVE_POINTS[curve];
  return x.length === point.Fp.BYTES ? decoded(point, concatBytes(EVEN, x)) : undefined;
}

/** x, then y; `undefined` for the point at infinity. */
export function coordinates(point: CurvePoint): Uint8Array | undefined {
  return point.is0() ? undefined : point.toBytes(false).subarray(1);
}

function decoded(point: PointClass, bytes: Uint8Array): CurvePoint | undefined {
  try {
    return point.fromBytes(bytes);
  } catch {
    // The library throws where the curve has no such point.
    return undefined;
  }
}

function readScalar(curve: CurveName, bytes: Uint8Array): bigint | undefined {
  const { Fp, Fn } = CURVE_POINTS[curve];
  if (bytes.length !== Fp.BYTES) return undefined;
  const scalar = BigInt(`0x${encodeHex(bytes)}`);
  return scalar === 0n || scalar >= Fn.ORDER ? undefined : scalar;
}
