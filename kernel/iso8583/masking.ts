import { encodeHex } from '../bytes/hex.ts';
import { maskPan, maskValue } from '../emv/dictionary/mask.ts';
import { decodeTlv, type Tlv } from '../tlv/ber.ts';
import type { FieldSpec, FieldValue, PlainValue } from './spec.ts';

/** Bytes up to this many are never taken for BER-TLV: a MAC or a PIN block could look like it. */
const LONGEST_BLOCK_BYTES = 16;

/** How what is sensitive is shown. */
export interface RevealOption {
  /** Shows it in clear. For test cards, and for whoever asked for it in so many words. */
  readonly reveal?: boolean;
}

/**
 * The BER-TLV objects in a field, whose own sensitivities mask them: where its row says that it
 * holds some, and where it does not but the bytes are such, as a DE 55 that is kept as bytes.
 */
export function objectsIn(
  row: FieldSpec | undefined,
  value: FieldValue,
): readonly Tlv[] | undefined {
  if (Array.isArray(value)) return value as readonly Tlv[];
  if (!(value instanceof Uint8Array)) return undefined;
  const isSaid = row?.content === 'ber-tlv';
  const mayBe = row?.sensitivity !== 'pin' && row?.sensitivity !== 'key';
  if (!isSaid && !(row && mayBe && value.length > LONGEST_BLOCK_BYTES)) return undefined;
  const objects = decodeTlv(value);
  return objects.ok ? objects.value : undefined;
}

/**
 * A value as text, bytes in hex. Masked: of a PAN the first six and last four digits stay, of
 * anything else that is sensitive, or has no row, only its length.
 */
export function shownValue(
  row: FieldSpec | undefined,
  value: PlainValue,
  { reveal = false }: RevealOption,
): string {
  if (reveal || row?.sensitivity === 'none') {
    return typeof value === 'string' ? value : encodeHex(value);
  }
  if (row?.sensitivity === 'pan' && typeof value === 'string') return maskPan(value);
  return '*'.repeat(value.length);
}

/** The value of a BER-TLV object in hex, masked by the dictionary unless it is to be revealed. */
export function shownObject({ tag, value }: Tlv, { reveal = false }: RevealOption): string {
  return reveal ? encodeHex(value) : maskValue(tag, value);
}
