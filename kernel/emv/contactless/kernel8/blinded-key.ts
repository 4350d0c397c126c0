import { equalBytes } from '../../../bytes/bytes.ts';
import type { EllipticCurves } from '../../../ports/elliptic-curves.ts';
import { coordinates, pointWithX } from '../../oda/noble-curves.ts';
import { SecureChannel } from './secure-channel.ts';

/** How long a coordinate of P-256 is. */
export const FIELD_BYTES = 32;

/** The channel, and what will prove that the card's certified key is behind it. */
export interface BlindedChannel {
  readonly channel: SecureChannel;
  /** x of the card's public key times the blinding factor. */
  readonly blindedX: Uint8Array;
  readonly blindingFactor: Uint8Array;
}

/**
 * Agrees a channel with the card: `cardKeyData` (9F8103) is x of its blinded public key, which
 * hides the key from who listens, and the enciphered blinding factor, which is the card's first
 * message. `undefined` when it is not 64 bytes, its x is on no point of P-256, or the private key
 * is none. Either y gives the same secret. Source: Book E v1.0, 7.1 and 7.2, by Digrol/Denom.
 */
export function openBlindedChannel(
  curves: EllipticCurves,
  privateKey: Uint8Array,
  cardKeyData: Uint8Array,
): BlindedChannel | undefined {
  if (cardKeyData.length !== 2 * FIELD_BYTES) return undefined;
  const blindedX = cardKeyData.subarray(0, FIELD_BYTES);
  const point = pointOf(blindedX);
  const secret = point && curves.agree('p256', privateKey, point);
  if (!secret) return undefined;
  const channel = new SecureChannel(secret);
  const blindingFactor = channel.decrypt(cardKeyData.subarray(FIELD_BYTES));
  return blindingFactor && { channel, blindedX, blindingFactor };
}

/**
 * Whether the key that the card's certificate holds (by its x) is the one behind the channel: its
 * multiple by the blinding factor has the x that the card sent. Source: Book E v1.0, 7.3.
 */
export function isKeyBehind(
  curves: EllipticCurves,
  { blindedX, blindingFactor }: BlindedChannel,
  certifiedX: Uint8Array,
): boolean {
  const point = pointOf(certifiedX);
  const blinded = point && curves.multiply('p256', blindingFactor, point);
  return blinded !== undefined && equalBytes(blinded.subarray(0, FIELD_BYTES), blindedX);
}

function pointOf(x: Uint8Array): Uint8Array | undefined {
  const point = pointWithX('p256', x);
  return point && coordinates(point);
}
