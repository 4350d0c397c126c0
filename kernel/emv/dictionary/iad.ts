import { ccdMeanings, isCcd } from './iad-ccd.ts';
import { isMchip, mchipMeanings } from './iad-mchip.ts';
import { isVisa, visaMeanings } from './iad-visa.ts';

/**
 * What issuer application data (9F10) say, by the cryptogram version in them. No tag names their
 * coding: it is told by the kernel where it is 2 or 3, and else by length and first bytes, the
 * common core definitions first. What fits none is the issuer's own. Source: EMV 4.4 Book 3, annex
 * C7; the schemes' codings as publicly described.
 */
export function iadMeanings(value: Uint8Array, kernel?: number): readonly string[] {
  if (isCcd(value)) return ccdMeanings(value);
  if (kernel !== 2 && isVisa(value)) return visaMeanings(value);
  if (kernel !== 3 && isMchip(value)) return mchipMeanings(value);
  return value.length === 0 ? [] : ["Of the issuer's or scheme's own coding"];
}
