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
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
