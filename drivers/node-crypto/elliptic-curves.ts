import { createECDH, type ECDH } from 'node:crypto';
import { p256, p521 } from '@noble/curves/nist.js';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import type { CurveName, EllipticCurves } from '#kernel/ports/elliptic-curves.ts';

interface Curve {
  readonly ecdh: ECDH;
  readonly fieldBytes: number;
  readonly order: bigint;
  readonly field: typeof p256.Point.Fp;
  /** b of y² = x³ - 3x + b. */
  readonly b: bigint;
}

const CURVES: Readonly<Record<CurveName, Curve>> = {
  p256: curve('prime256v1', p256.Point),
  p521: curve('secp521r1', p521.Point),
};

const UNCOMPRESSED = Uint8Array.of(4);

/**
 * Point multiplication by OpenSSL. Node offers key agreement, which gives x alone; y of a product
 * follows from x of the next multiple.
 */
export const nodeCurves: EllipticCurves = {
  publicKey(name, scalar) {
    const { ecdh, fieldBytes } = CURVES[name];
    if (scalar.length !== fieldBytes || !setPrivateKey(ecdh, scalar)) return undefined;
    return new Uint8Array(ecdh.getPublicKey()).slice(1);
  },
  agree(name, secret, point) {
    const { ecdh, fieldBytes } = CURVES[name];
    if (secret.length !== fieldBytes || point.length !== 2 * fieldBytes) return undefined;
    return setPrivateKey(ecdh, secret) ? sharedX(ecdh, point) : undefined;
  },
  multiply(name, scalar, point) {
    const curve = CURVES[name];
    const { fieldBytes, order } = curve;
    const x = nodeCurves.agree(name, scalar, point);
    if (!x) return undefined;
    const k = toBigint(scalar);
    const y = toBigint(point.subarray(fieldBytes));
    if (k === 1n) return point.slice();
    if (k === order - 1n) return concatBytes(x, toBytes(curve.field.neg(y), fieldBytes));
    const next = nodeCurves.agree(name, toBytes(k + 1n, fieldBytes), point);
    return next && concatBytes(x, toBytes(recoverY(curve, point, x, next), fieldBytes));
  },
};

/**
 * y of R = kP from P, x of R and x of R + P: the chord's slope squared is the sum of the three x,
 * which leaves an equation that is linear in y of R.
 */
function recoverY({ field, b, fieldBytes }: Curve, p: Uint8Array, x: Uint8Array, next: Uint8Array) {
  const [px, py] = [toBigint(p.subarray(0, fieldBytes)), toBigint(p.subarray(fieldBytes))];
  const [rx, nx] = [toBigint(x), toBigint(next)];
  const squared = field.create(rx * rx * rx - 3n * rx + b);
  const width = field.create(rx - px);
  const chord = field.mul(field.create(nx + rx + px), field.sqr(width));
  return field.div(field.create(squared + py * py - chord), field.create(2n * py));
}

function curve(name: string, point: typeof p256.Point): Curve {
  const { Fp, Fn } = point;
  return {
    ecdh: createECDH(name),
    fieldBytes: Fp.BYTES,
    order: Fn.ORDER,
    field: Fp,
    b: point.CURVE().b,
  };
}

function setPrivateKey(ecdh: ECDH, scalar: Uint8Array): boolean {
  try {
    ecdh.setPrivateKey(scalar);
    return true;
  } catch {
    // Not from 1 to the order less one.
    return false;
  }
}

function sharedX(ecdh: ECDH, point: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(ecdh.computeSecret(concatBytes(UNCOMPRESSED, point)));
  } catch {
    // Not a point of the curve.
    return undefined;
  }
}

function toBigint(bytes: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(bytes)}`);
}

function toBytes(value: bigint, lengthBytes: number): Uint8Array {
  return hex(value.toString(16).padStart(2 * lengthBytes, '0'));
}
