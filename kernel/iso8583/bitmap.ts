import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** The data elements a bitmap names, and where the bytes after it begin. */
export interface Bitmap {
  /** Ascending, without 1 (which only says that the secondary bitmap is there). */
  readonly fields: readonly number[];
  readonly end: number;
}

const BITMAP_BYTES = 8;

/** Reads the primary and, where bit 1 is set, the secondary bitmap. ISO 8583:1987, 4.3. */
export function decodeBitmap(
  bytes: Uint8Array,
  at: number,
): Result<Bitmap, Malformed<'bitmap-truncated' | 'unknown-field'>> {
  const secondary = ((bytes[at] ?? 0) & 0x80) !== 0;
  const end = at + (secondary ? 2 : 1) * BITMAP_BYTES;
  if (end > bytes.length) return malformed('bitmap-truncated', 'bitmap', bytes.length);
  const fields: number[] = [];
  for (let number = 2; number <= (end - at) * 8; number++) {
    const byte = bytes[at + ((number - 1) >> 3)] ?? 0;
    if ((byte & (0x80 >> ((number - 1) & 7))) === 0) continue;
    if (number === 65) return malformed('unknown-field', '65', at + 8);
    fields.push(number);
  }
  if (secondary && !fields.some((number) => number > 64)) {
    return malformed('unknown-field', '1', at);
  }
  return ok({ fields, end });
}

/** Writes the bitmap for these data elements (2 to 128, without 65). */
export function encodeBitmap(fields: readonly number[]): Uint8Array {
  const secondary = fields.some((number) => number > 64);
  const bitmap = new Uint8Array(secondary ? 2 * BITMAP_BYTES : BITMAP_BYTES);
  for (const number of secondary ? [1, ...fields] : fields) {
    const index = (number - 1) >> 3;
    bitmap[index] = (bitmap[index] ?? 0) | (0x80 >> ((number - 1) & 7));
  }
  return bitmap;
}
