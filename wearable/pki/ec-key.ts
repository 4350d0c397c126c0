import { createECDH, createHash, randomBytes } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';

/** How many bytes a coordinate, a scalar and half a signature have. */
export const FIELD_BYTES = 32;

/** The prime and the order of P-256. Source: FIPS 186-4, D.1.2.3. */
const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * A key pair on P-256 whose y is the smaller of the two, so that x alone says which point it is.
 * Source: EMV Book E, no public text; see `signEcSdsa`.
 */
export class EcKey {
  /** 32 bytes. */
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  readonly #scalar: bigint;

  private constructor(scalar: bigint) {
    const { x, y } = pointOf(scalar);
    const isSmaller = toInteger(y) < PRIME - toInteger(y);
    this.#scalar = isSmaller ? scalar : ORDER - scalar;
    this.x = x;
    this.y = isSmaller ? y : toBytes(PRIME - toInteger(y));
  }

  /** Makes a new key. */
  static generate(): EcKey {
    return new EcKey(randomScalar());
  }

  /** The key of a scalar (32 bytes), or of the one with the same x. Throws outside the order. */
  static fromScalar(scalar: Uint8Array): EcKey {
    return new EcKey(toInteger(scalar));
  }

  /** The scalar in hex, for a device's own memory. */
  writeHex(): string {
    return encodeHex(toBytes(this.#scalar));
  }

  /**
   * A signature of 64 bytes: `r = SHA-256(x(kG) || message)`, `s = k + r d`. `nonce` is k, 32
   * bytes, for known answers only. Source: ISO/IEC 14888-3 (EC-SDSA, x only), as the
   * published Book E examples have it.
   */
  sign(message: Uint8Array, nonce: Uint8Array = toBytes(randomScalar())): Uint8Array {
    const k = toInteger(nonce);
    const witness = pointOf(k).x;
    const r = createHash('sha256').update(witness).update(message).digest();
    const s = (k + toInteger(r) * this.#scalar) % ORDER;
    return concatBytes(r, toBytes(s));
  }

  /**
   * A key for one session: the scalar times `factor` (32 bytes), which does not tell whose it is.
   */
  blind(factor: Uint8Array): EcKey {
    return new EcKey((toInteger(factor) * this.#scalar) % ORDER);
  }

  /** x of the point that both sides reach; undefined when the other's is not on the curve. */
  agree(otherX: Uint8Array, otherY: Uint8Array): Uint8Array | undefined {
    const exchange = createECDH('prime256v1');
    exchange.setPrivateKey(toBytes(this.#scalar));
    try {
      const point = concatBytes(Uint8Array.of(0x04), otherX, otherY);
      return new Uint8Array(exchange.computeSecret(point));
    } catch {
      return undefined;
    }
  }
}

/** A scalar (32 bytes) that blinds a key. */
export function randomBlindingFactor(): Uint8Array {
  return toBytes(randomScalar());
}

/** Eight bytes more than needed, so that no scalar is likelier than another. FIPS 186-4, B.4.1. */
function randomScalar(): bigint {
  return (toInteger(randomBytes(FIELD_BYTES + 8)) % (ORDER - 1n)) + 1n;
}

function pointOf(scalar: bigint): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const exchange = createECDH('prime256v1');
  exchange.setPrivateKey(toBytes(scalar));
  const point = new Uint8Array(exchange.getPublicKey());
  return { x: point.slice(1, 1 + FIELD_BYTES), y: point.slice(1 + FIELD_BYTES) };
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(bytes)}`);
}

function toBytes(integer: bigint): Uint8Array {
  return hex(integer.toString(16).padStart(2 * FIELD_BYTES, '0'));
}
