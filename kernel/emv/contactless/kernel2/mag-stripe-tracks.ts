import { decodeLatin1, encodeAscii } from '../../../bytes/ascii.ts';
import { encodeHex, hex } from '../../../bytes/hex.ts';

/** A track as it is before and after its discretionary data, which are digits or characters. */
export interface Track {
  readonly head: string;
  readonly discretionaryData: string;
}

/** Takes track 2 data (9F6B) apart: PAN, D, expiry, service code; then what is the issuer's. */
export function parseTrack2Data(value: Uint8Array): Track | undefined {
  const digits = encodeHex(value).replace(/F$/, '');
  const parts = /^(\d{1,19}D\d{7})(\d*)$/.exec(digits);
  return parts ? { head: parts[1] ?? '', discretionaryData: parts[2] ?? '' } : undefined;
}

/** Writes track 2 data, filled with F to whole bytes. */
export function encodeTrack2Data({ head, discretionaryData }: Track): Uint8Array {
  return hex(filled(head + discretionaryData));
}

/** The discretionary data of track 2 by themselves (DF812B), filled with F. */
export function encodeDigits(digits: string): Uint8Array {
  return hex(filled(digits));
}

function filled(digits: string): string {
  return digits.length % 2 === 0 ? digits : `${digits}F`;
}

/** Takes track 1 data (56) apart: B, PAN, ^, name, ^, expiry, service code; then the issuer's. */
export function parseTrack1Data(value: Uint8Array): Track | undefined {
  const text = decodeLatin1(value);
  const parts = /^(B\d{1,19}\^[ -\]_]{0,26}\^\d{7})([ -~]*)$/.exec(text);
  return parts ? { head: parts[1] ?? '', discretionaryData: parts[2] ?? '' } : undefined;
}

/** Writes track 1 data. */
export function encodeTrack1Data({ head, discretionaryData }: Track): Uint8Array {
  return encodeAscii(head + discretionaryData);
}

/** Where a card lets the terminal write into a track's discretionary data. */
export interface TrackPositions {
  /** PCVC3: where the digits of the dynamic CVC3 go. */
  readonly cvc3: Uint8Array;
  /** PUNATC: where those of the unpredictable number and the counter go. */
  readonly numberAndAtc: Uint8Array;
  /** NATC: how many of the latter are the counter's. */
  readonly atcDigits: number;
}

/** What is written there. */
export interface TrackDigits {
  readonly cvc3: number;
  readonly unpredictableNumber: number;
  readonly atc: number;
  /** The last digit: how many digits the unpredictable number has, and who verified the holder. */
  readonly lastDigit: number;
}

/**
 * How many digits of the unpredictable number a track takes; `undefined` where that is not 0 to 8,
 * or where a position lies outside the discretionary data, which are `length` long. Source: Book
 * C-2, 6.13 (S7.22, S7.23), as publicly described; the second check is ours.
 */
export function unpredictableDigits(
  { cvc3, numberAndAtc, atcDigits }: TrackPositions,
  length: number,
): number | undefined {
  const places = positionsOf(numberAndAtc);
  const isOutside = [...places, ...positionsOf(cvc3)].some((place) => place >= length);
  const count = places.length - atcDigits;
  return isOutside || count < 0 || count > 8 ? undefined : count;
}

/**
 * Discretionary data with the digits written in: the least significant ones of the CVC3 at the
 * places of PCVC3, those of the unpredictable number at the rightmost places of PUNATC, those of
 * the counter at its leftmost, and the last digit over all. Source: Book C-2, 6.14 (S13.18 to
 * S13.22), as publicly described.
 */
export function writeDigits(
  discretionaryData: string,
  positions: TrackPositions,
  digits: TrackDigits,
): string {
  const written = [...discretionaryData];
  const places = positionsOf(positions.numberAndAtc);
  const numberPlaces = places.slice(0, places.length - positions.atcDigits);
  place(written, positionsOf(positions.cvc3), digits.cvc3);
  place(written, numberPlaces, digits.unpredictableNumber);
  place(written, places.slice(numberPlaces.length), digits.atc);
  if (written.length > 0) written[written.length - 1] = String(digits.lastDigit);
  return written.join('');
}

/** Writes the last digits of a number, the last of them at the first place. */
function place(written: string[], places: readonly number[], value: number): void {
  const digits = String(value).padStart(places.length, '0');
  for (const [i, position] of places.entries()) {
    written[written.length - 1 - position] = digits[digits.length - 1 - i] ?? '0';
  }
}

/** The bits of a bitmap that are set, counted from the right, from right to left. */
function positionsOf(bitmap: Uint8Array): number[] {
  const positions: number[] = [];
  for (let position = 0; position < bitmap.length * 8; position++) {
    const byte = bitmap[bitmap.length - 1 - (position >> 3)] ?? 0;
    if ((byte & (1 << (position & 7))) !== 0) positions.push(position);
  }
  return positions;
}
