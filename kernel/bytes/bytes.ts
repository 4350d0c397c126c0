/** Joins byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Mixes two byte strings bit by bit (exclusive or); as long as `bytes`. */
export function xorBytes(bytes: Uint8Array, others: Uint8Array): Uint8Array {
  const mixed = new Uint8Array(bytes.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = (bytes[i] ?? 0) ^ (others[i] ?? 0);
  return mixed;
}

/**
 * Compares two byte strings in a time that depends on their lengths only, so that a MAC or a
 * cryptogram cannot be guessed byte by byte.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Reads bytes as one unsigned big-endian number; at most 6 bytes, so that it is exact. */
export function readUint(bytes: Uint8Array): number {
  if (bytes.length > 6) throw new RangeError('readUint takes at most 6 bytes');
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
