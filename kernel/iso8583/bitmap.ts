import { EBCDIC_037, LATIN1 } from '../bytes/ebcdic.ts';
import { hexValue } from './binary-content.ts';
import type { Reader } from './reader.ts';
import type { BitmapEncoding } from './spec.ts';
import type { Writer } from './writer.ts';

/** The numbers of each bit of each byte value, counted from 1, highest first. */
const BITS = Array.from({ length: 256 }, (_, byte) =>
  [1, 2, 3, 4, 5, 6, 7, 8].filter((bit) => (byte & (0x100 >> bit)) !== 0),
);
const DIGITS = '0123456789ABCDEF';

/**
 * Reads a bitmap of so many bytes: the numbers of its bits that are set, counted from 1, ascending.
 * ISO 8583:1987, 4.3. Nothing with a fault in the reader when it is cut short or not hex.
 */
export function decodeBitmap(
  reader: Reader,
  encoding: BitmapEncoding,
  lengthBytes: number,
  path: string,
): number[] | undefined {
  const { at, bytes } = reader;
  const size = encoding === 'binary' ? lengthBytes : lengthBytes * 2;
  if (at + size > reader.end) return reader.fail('bitmap-truncated', path, reader.end);
  const numbers: number[] = [];
  for (let i = 0; i < lengthBytes; i++) {
    const byte =
      encoding === 'binary' ? (bytes[at + i] ?? 0) : hexByte(reader, at + 2 * i, encoding);
    if (byte < 0) return reader.fail('bad-bitmap', path, at + 2 * i);
    if (byte === 0) continue;
    for (const bit of BITS[byte] ?? []) numbers.push(i * 8 + bit);
  }
  reader.at = at + size;
  return numbers;
}

/** Makes room for a bitmap in which no bit is set; gives where it begins. */
export function reserveBitmap(
  writer: Writer,
  encoding: BitmapEncoding,
  lengthBytes: number,
): number {
  const size = encoding === 'binary' ? lengthBytes : lengthBytes * 2;
  const zero = encoding === 'binary' ? 0 : digitByte(0, encoding);
  const start = writer.reserve(size);
  // A loop: for a few bytes `fill` takes longer.
  for (let i = start; i < start + size; i++) writer.bytes[i] = zero;
  return start;
}

/** Sets the bit of a number, counted from 1, in the bitmap that begins at `start`. */
export function setBit(
  writer: Writer,
  encoding: BitmapEncoding,
  start: number,
  number: number,
): void {
  const { bytes } = writer;
  const bit = number - 1;
  if (encoding === 'binary') {
    const at = start + (bit >> 3);
    bytes[at] = (bytes[at] ?? 0) | (0x80 >> (bit & 7));
    return;
  }
  const at = start + (bit >> 2);
  bytes[at] = digitByte(digitAt(bytes, at, encoding) | (8 >> (bit & 3)), encoding);
}

type HexEncoding = Exclude<BitmapEncoding, 'binary'>;

function digitByte(value: number, encoding: HexEncoding): number {
  const { encode } = encoding === 'hex' ? LATIN1 : EBCDIC_037;
  return encode[DIGITS.charCodeAt(value)] ?? 0;
}

function digitAt(bytes: Uint8Array, at: number, encoding: HexEncoding): number {
  const { decode } = encoding === 'hex' ? LATIN1 : EBCDIC_037;
  return hexValue(decode[bytes[at] ?? 0] ?? 0);
}

function hexByte(reader: Reader, at: number, encoding: HexEncoding): number {
  const high = digitAt(reader.bytes, at, encoding);
  const low = digitAt(reader.bytes, at + 1, encoding);
  return high > 15 || low > 15 ? -1 : high * 16 + low;
}
