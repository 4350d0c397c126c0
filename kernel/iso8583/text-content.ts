import { decodeLatin1, latin1Between } from '../bytes/ascii.ts';
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
  const text = new TextContent(page, allowedCharacters(format), path);
  return format === 'x+n' ? new SignedContent(text, page, path) : text;
}

class TextContent implements ContentCodec<string> {
  readonly #page: CodePage;
  /** By character code: its byte, or -1 where the format does not take it. */
  readonly #encoded: Int16Array;
  /** By byte: whether its character is allowed. */
  readonly #allowedBytes: Uint8Array;
  readonly #path: string;

  constructor(page: CodePage, allowed: Uint8Array, path: string) {
    this.#page = page;
    this.#encoded = Int16Array.from(page.encode, (byte, code) => (allowed[code] === 1 ? byte : -1));
    this.#allowedBytes = page.decode.map((code) => allowed[code] ?? 0);
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
    const allowed = this.#allowedBytes;
    for (let i = at; i < end; i++) {
      if (allowed[bytes[i] ?? 0] === 0) return reader.fail('bad-character', this.#path, i);
    }
    reader.at = end;
    if (this.#page === LATIN1) return latin1Between(bytes, at, end);
    const { decode } = this.#page;
    return decodeLatin1(bytes.subarray(at, end).map((byte) => decode[byte] ?? 0));
  }

  encode(value: FieldValue, _units: number, size: number, writer: Writer): void {
    const text = value as string;
    const start = writer.reserve(size);
    const { bytes } = writer;
    const encoded = this.#encoded;
    for (let i = 0; i < size; i++) {
      const byte = encoded[text.charCodeAt(i)] ?? -1;
      if (byte < 0) writer.fail('bad-character', this.#path, i);
      bytes[start + i] = byte;
    }
  }
}

/** An amount with its sign: C or D, then digits. ISO 8583:1987, 4.2. */
class SignedContent implements ContentCodec<string> {
  readonly #digits: TextContent;
  readonly #page: CodePage;
  readonly #path: string;

  constructor(digits: TextContent, page: CodePage, path: string) {
    this.#digits = digits;
    this.#page = page;
    this.#path = path;
  }

  sizeOf(units: number): number {
    return units;
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    return this.#digits.unitsOf(value, writer);
  }

  decode(reader: Reader, units: number): string | undefined {
    const { bytes, at } = reader;
    const sign = units > 0 ? (this.#page.decode[bytes[at] ?? 0] ?? 0) : 0;
    if (!isSign(sign)) return reader.fail('bad-character', this.#path, at);
    reader.at = at + 1;
    const digits = this.#digits.decode(reader, units - 1);
    return digits === undefined ? undefined : String.fromCharCode(sign) + digits;
  }

  encode(value: FieldValue, units: number, size: number, writer: Writer): void {
    const text = value as string;
    const sign = text.charCodeAt(0);
    if (!isSign(sign)) {
      writer.fail('bad-character', this.#path, 0);
      return;
    }
    const start = writer.reserve(1);
    writer.bytes[start] = this.#page.encode[sign] ?? 0;
    this.#digits.encode(text.slice(1), units - 1, size - 1, writer);
  }
}

function isSign(code: number): boolean {
  return code === 0x43 || code === 0x44;
}
