import { parseTrack2 } from '../track2.ts';
import { maskPan } from './mask.ts';
import { serviceCodeMeanings } from './service-code.ts';

/**
 * What track 2 (57, and 9F6B of kernel 2) says but for the PAN's middle and the discretionary data.
 * Source: EMV 4.4 Book 3, annex A; ISO/IEC 7813.
 */
export function track2Meanings(value: Uint8Array): readonly string[] {
  const track = parseTrack2(value);
  if (!track.ok) return ['No track 2'];
  const { pan, expiry, serviceCode } = track.value;
  return [
    `Card ${maskPan(pan)}`,
    `Expires ${expiry.slice(2)}/${expiry.slice(0, 2)}`,
    `Service code ${serviceCode}: ${serviceCodeMeanings(serviceCode).join('; ')}`,
  ];
}
