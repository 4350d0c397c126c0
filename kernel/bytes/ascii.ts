/** Writes text whose characters are all 00-7F as bytes. Throws on any other character. */
export function encodeAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`not ASCII at ${i}`);
    bytes[i] = code;
  }
  return bytes;
}

/** Reads bytes as text, one character a byte (ISO 8859-1, of which ASCII is the lower half). */
export function decodeLatin1(bytes: Uint8Array): string {
  return latin1Between(bytes, 0, bytes.length);
}

/**
 * The text of the bytes from `from` to before `to`. One call with many characters is several times
 * faster than one a character, so they go in runs of eight, four and one.
 */
export function latin1Between(bytes: Uint8Array, from: number, to: number): string {
  const { fromCharCode } = String;
  const b = (index: number): number => bytes[index] ?? 0;
  let text = '';
  let i = from;
  for (; i + 8 <= to; i += 8) {
    const one = fromCharCode(
      b(i),
      b(i + 1),
      b(i + 2),
      b(i + 3),
      b(i + 4),
      b(i + 5),
      b(i + 6),
      b(i + 7),
    );
    text = text === '' ? one : text + one;
  }
  for (; i + 4 <= to; i += 4) text += fromCharCode(b(i), b(i + 1), b(i + 2), b(i + 3));
  for (; i < to; i++) text += fromCharCode(b(i));
  return text;
}
