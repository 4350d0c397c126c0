import { encodeHex } from '../../bytes/hex.ts';
import type { Sensitivity } from './sensitivity.ts';
import type { TagContext } from './tag-entry.ts';
import { tagSensitivity } from './tags.ts';

/** The first six and last four digits of a PAN, the rest as `*`; shorter ones are masked whole. */
export function maskPan(pan: string): string {
  if (pan.length < 13) return '*'.repeat(pan.length);
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);
}

/**
 * A value as hex with what is sensitive masked: of a PAN the first six and last four digits stay,
 * of anything else that is sensitive or not in the dictionary only its length.
 */
export function maskValue(tag: string, value: Uint8Array, context: TagContext = {}): string {
  return masked(tagSensitivity(tag, context), value);
}

function masked(sensitivity: Sensitivity | undefined, value: Uint8Array): string {
  switch (sensitivity) {
    case 'none':
      return encodeHex(value);
    case 'pan':
      return maskPan(encodeHex(value).replace(/F+$/, ''));
    case 'track':
    case 'pin':
    case 'key':
    case undefined:
      return value.length === 0 ? '' : `${'*'.repeat(8)} (${value.length} bytes)`;
    default:
      return sensitivity satisfies never;
  }
}
