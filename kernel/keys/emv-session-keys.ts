import { encodeBcd } from '../bytes/bcd.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { tdesEncrypt, tdesKey } from './tdes.ts';

/**
 * The card's master key from the issuer's: both halves from the last 16 digits of PAN and PAN
 * sequence number, with odd parity. `panSequenceNumber` is two digits, `00` where there is none.
 * Source: EMV 4.4 Book 2, A1.4.1 (option A).
 */
export function deriveIccMasterKey(
  issuerMasterKey: Uint8Array,
  pan: string,
  panSequenceNumber: string,
): Uint8Array {
  const digits = `${pan}${panSequenceNumber}`.slice(-16).padStart(16, '0');
  const left = encodeBcd(digits);
  const right = left.map((byte) => byte ^ 0xff);
  const derived = tdesEncrypt(tdesKey(issuerMasterKey), concatBytes(left, right));
  return derived.map(withOddParity);
}

/**
 * The session key of one transaction from the card's master key and the ATC (2 bytes).
 * Source: EMV 4.4 Book 2, A1.3.1 (common session key derivation).
 */
export function deriveCommonSessionKey(iccMasterKey: Uint8Array, atc: Uint8Array): Uint8Array {
  if (atc.length !== 2) throw new RangeError('an ATC is 2 bytes');
  const [high = 0, low = 0] = atc;
  const left = Uint8Array.of(high, low, 0xf0, 0, 0, 0, 0, 0);
  const right = Uint8Array.of(high, low, 0x0f, 0, 0, 0, 0, 0);
  return tdesEncrypt(tdesKey(iccMasterKey), concatBytes(left, right));
}

function withOddParity(byte: number): number {
  let ones = 0;
  for (let bits = byte >> 1; bits > 0; bits >>= 1) ones += bits & 1;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
