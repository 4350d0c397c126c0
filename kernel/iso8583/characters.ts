import type { FieldFormat } from './spec.ts';

const DIGIT = 1;
const LETTER = 2;
const SPACE = 4;
const SPECIAL = 8;
const SEPARATOR = 16;

/** The classes of every character of ISO 8859-1, as bits. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (/[A-Za-z]/.test(character)) return character === 'D' ? LETTER | SEPARATOR : LETTER;
  if (code === 0x20) return SPACE;
  if (character === '=') return SPECIAL | SEPARATOR;
  return code > 0x20 && code < 0x7f ? SPECIAL : 0;
});

/** Which classes a format takes. ISO 8583:1987, 4.2. */
const ALLOWED: Readonly<Record<Exclude<FieldFormat, 'b'>, number>> = {
  n: DIGIT,
  a: LETTER | SPACE,
  an: DIGIT | LETTER | SPACE,
  ans: DIGIT | LETTER | SPACE | SPECIAL,
  z: DIGIT | SEPARATOR,
  'x+n': DIGIT,
};

/** By character code: whether the format takes it, as 1 or 0. */
export function allowedCharacters(format: Exclude<FieldFormat, 'b'>): Uint8Array {
  const allowed = ALLOWED[format];
  return CLASSES.map((classes) => ((classes & allowed) === 0 ? 0 : 1));
}
