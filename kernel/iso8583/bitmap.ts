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

/** Writes the bitmap of these numbers, each from 1 to eight times `lengthBytes`. */
export function encodeBitmap(
  writer: Writer,
  encoding: BitmapEncoding,
  lengthBytes: number,
  numbers: readonly number[],
): void {
  if (encoding === 'binary') {
    const start = writer.reserve(lengthBytes);
    writer.bytes.fill(0, start, start + lengthBytes);
    setBits(writer.bytes, start, numbers);
    return;
  }
  const bitmap = new Uint8Array(lengthBytes);
  setBits(bitmap, 0, numbers);
  const page = encoding === 'hex' ? LATIN1 : EBCDIC_037;
  const start = writer.reserve(lengthBytes * 2);
  for (let i = 0; i < lengthBytes * 2; i++) {
    const byte = bitmap[i >> 1] ?? 0;
    const digit = (i & 1) === 0 ? byte >> 4 : byte & 15;
    writer.bytes[start + i] = page.encode[DIGITS.charCodeAt(digit)] ?? 0;
  }
}

function setBits(bytes: Uint8Array, start: number, numbers: readonly number[]): void {
  for (const number of numbers) {
    const index = start + ((number - 1) >> 3);
    bytes[index] = (bytes[index] ?? 0) | (0x80 >> ((number - 1) & 7));
  }
}

function hexByte(reader: Reader, at: number, encoding: 'hex' | 'hex-cp037'): number {
  const { decode } = encoding === 'hex' ? LATIN1 : EBCDIC_037;
  const high = hexValue(decode[reader.bytes[at] ?? 0] ?? 0);
  const low = hexValue(decode[reader.bytes[at + 1] ?? 0] ?? 0);
  return high > 15 || low > 15 ? -1 : high * 16 + low;
}
