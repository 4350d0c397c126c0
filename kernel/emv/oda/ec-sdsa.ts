import { p256, p521 } from '@noble/curves/nist.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';

/** A signature suite: a curve with a hash; `fieldBytes` is the length of a coordinate. */
export interface EcSdsaSuite {
  readonly point: typeof p256.Point;
  readonly hash: (bytes: Uint8Array) => Uint8Array;
  readonly hashBytes: number;
  readonly fieldBytes: number;
}

/**
 * The suites by algorithm suite indicator: 10 is P-256 with SHA-256, 11 is P-521 with SHA-512.
 * Source: Book E (EMV contactless 1.0), examples of issuer keys.
 */
export const EC_SDSA_SUITES: ReadonlyMap<number, EcSdsaSuite> = new Map([
  [0x10, { point: p256.Point, hash: sha256, hashBytes: 32, fieldBytes: 32 }],
  [0x11, { point: p521.Point, hash: sha512, hashBytes: 64, fieldBytes: 66 }],
]);

/**
 * Whether `signature` (the hash, then s in as many bytes as a coordinate) is the EC-SDSA signature
 * of `message` by the key with this x coordinate. Only x is hashed and only x is given: of the two
 * points with it, the key is the one whose y is the smaller. Source: ISO/IEC 14888-3 (EC-SDSA,
 * optimised); Book E, confirmed by its published examples.
 */
export function verifyEcSdsa(
  suite: EcSdsaSuite,
  publicKeyX: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { point, hash, hashBytes, fieldBytes } = suite;
  if (signature.length !== hashBytes + fieldBytes) return false;
  const key = liftX(suite, publicKeyX);
  const commitment = signature.subarray(0, hashBytes);
  const order = point.Fn.ORDER;
  const r = toBigint(commitment) % order;
  const s = toBigint(signature.subarray(hashBytes));
  if (!key || r === 0n || s === 0n || s >= order) return false;
  const t = point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(r));
  if (t.is0()) return false;
  return equalBytes(hash(concatBytes(point.Fp.toBytes(t.x), message)), commitment);
}

/** The point of the curve with this x and the smaller y; `undefined` when there is none. */
function liftX(
  { point, fieldBytes }: EcSdsaSuite,
  x: Uint8Array,
): InstanceType<typeof p256.Point> | undefined {
  if (x.length !== fieldBytes) return undefined;
  try {
    const even = point.fromBytes(concatBytes(Uint8Array.of(2), x));
    return even.y <= point.Fp.ORDER / 2n ? even : even.negate();
  } catch {
    // The library throws where no point of the curve has this x.
    return undefined;
  }
}

function toBigint(bytes: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(bytes)}`);
}
