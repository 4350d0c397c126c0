import { encodeHex } from '../../bytes/hex.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { CardData } from './certified-key.ts';
import type { OdaFault } from './fault.ts';

/**
 * The PAN's digits from tag 5A or, where a contactless card gives none, from track 2 (57). Errors:
 * `data-missing`, `pan`. Source: EMV 4.4 Book 3, annex A; C-3 for the second.
 */
export function panDigits(card: CardData): Result<string, OdaFault> {
  const value = card.get('5A');
  if (!value?.length) {
    const track2 = /^(\d{8,19})D/.exec(encodeHex(card.get('57') ?? new Uint8Array(0)));
    return track2?.[1] === undefined ? malformed('data-missing', '5A', 0) : ok(track2[1]);
  }
  const digits = withoutFilling(value);
  return digits === undefined ? malformed('pan', '5A', 0) : ok(digits);
}

/** Decimal digits, two a byte, filled with F at the end; `undefined` when they are not that. */
export function withoutFilling(bytes: Uint8Array): string | undefined {
  return /^(\d+)F*$/.exec(encodeHex(bytes))?.[1];
}

/**
 * Whether an issuer identifier (3 to 8 leftmost digits, filled with F, 4 bytes or with elliptic
 * curves 5) begins this PAN. Source: EMV 4.4 Book 2, 5.3 step 8.
 */
export function isIssuerOf(identifier: Uint8Array, pan: string): boolean {
  const digits = withoutFilling(identifier);
  return digits !== undefined && digits.length >= 3 && pan.startsWith(digits);
}
