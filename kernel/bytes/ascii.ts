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
 * faster than one a character, so they go eight at a time, and what is left over at once.
 */
export function latin1Between(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  let i = from;
  for (; i + 8 <= to; i += 8) {
    const eight = fromCharCode(
      bytes[i] ?? 0,
      bytes[i + 1] ?? 0,
      bytes[i + 2] ?? 0,
      bytes[i + 3] ?? 0,
      bytes[i + 4] ?? 0,
      bytes[i + 5] ?? 0,
      bytes[i + 6] ?? 0,
      bytes[i + 7] ?? 0,
    );
    text = text === '' ? eight : text + eight;
  }
  if (i === to) return text;
  const rest = fewCharacters(bytes, i, to - i);
  return text === '' ? rest : text + rest;
}

const { fromCharCode } = String;

/** One to seven characters. */
function fewCharacters(bytes: Uint8Array, i: number, count: number): string {
  const a = bytes[i] ?? 0;
  if (count === 1) return fromCharCode(a);
  const b = bytes[i + 1] ?? 0;
  if (count === 2) return fromCharCode(a, b);
  const c = bytes[i + 2] ?? 0;
  if (count === 3) return fromCharCode(a, b, c);
  const d = bytes[i + 3] ?? 0;
  if (count === 4) return fromCharCode(a, b, c, d);
  const e = bytes[i + 4] ?? 0;
  if (count === 5) return fromCharCode(a, b, c, d, e);
  const f = bytes[i + 5] ?? 0;
  if (count === 6) return fromCharCode(a, b, c, d, e, f);
  return fromCharCode(a, b, c, d, e, f, bytes[i + 6] ?? 0);
}
