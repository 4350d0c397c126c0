import { type CodePage, EBCDIC_037, EBCDIC_1047, LATIN1 } from '../bytes/ebcdic.ts';
import { allowedCharacters } from './characters.ts';
import type { ContentCodec } from './codec.ts';
import type { Reader } from './reader.ts';
import type { FieldSpec, FieldValue } from './spec.ts';
import type { Writer } from './writer.ts';

const PAGES = { ascii: LATIN1, cp037: EBCDIC_037, cp1047: EBCDIC_1047 } as const;

/** Text of one character a byte, in the code page of the field. */
export function textContent(spec: FieldSpec, path: string): ContentCodec<string> {
  const format = spec.format === 'b' ? 'ans' : spec.format;
  const page =
    PAGES[spec.encoding === 'cp037' || spec.encoding === 'cp1047' ? spec.encoding : 'ascii'];
  return new TextContent(page, allowedCharacters(format), format === 'x+n', path);
}

class TextContent implements ContentCodec<string> {
  readonly #page: CodePage;
  readonly #allowed: Uint8Array;
  /** By byte: whether its character is allowed. */
  readonly #allowedBytes: Uint8Array;
  /** By byte: its character. */
  readonly #characters: readonly string[];
  readonly #isSigned: boolean;
  readonly #path: string;

  constructor(page: CodePage, allowed: Uint8Array, isSigned: boolean, path: string) {
    this.#page = page;
    this.#allowed = allowed;
    this.#allowedBytes = page.decode.map((code) => allowed[code] ?? 0);
    this.#characters = Array.from(page.decode, (code) => String.fromCharCode(code));
    this.#isSigned = isSigned;
    this.#path = path;
  }

  sizeOf(units: number): number {
    return units;
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    if (typeof value === 'string') return value.length;
    writer.fail('wrong-type', this.#path, 0);
    return -1;
  }

  decode(reader: Reader, units: number): string | undefined {
    const { bytes, at } = reader;
    const end = at + units;
    const characters = this.#characters;
    const allowed = this.#allowedBytes;
    let text = '';
    let from = at;
    if (this.#isSigned && units > 0) {
      text = characters[bytes[from] ?? 0] ?? '';
      if (text !== 'C' && text !== 'D') return reader.fail('bad-character', this.#path, from);
      from += 1;
    }
    for (let i = from; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (allowed[byte] === 0) return reader.fail('bad-character', this.#path, i);
      text += characters[byte];
    }
    reader.at = end;
    return text;
  }

  encode(value: FieldValue, _units: number, size: number, writer: Writer): void {
    const text = value as string;
    const start = writer.reserve(size);
    const { bytes } = writer;
    const { encode } = this.#page;
    const allowed = this.#allowed;
    for (let i = 0; i < size; i++) {
      const code = text.charCodeAt(i);
      const isSign = i === 0 && this.#isSigned && (code === 0x43 || code === 0x44);
      const isAllowed = code < 256 && allowed[code] === 1 && !(i === 0 && this.#isSigned);
      if (!isAllowed && !isSign) writer.fail('bad-character', this.#path, i);
      bytes[start + i] = encode[code & 255] ?? 0;
    }
  }
}
