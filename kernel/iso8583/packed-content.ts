import { allowedCharacters } from './characters.ts';
import type { ContentCodec } from './codec.ts';
import type { Reader } from './reader.ts';
import type { FieldSpec, FieldValue } from './spec.ts';
import type { Writer } from './writer.ts';

const NIBBLES = '0123456789ABCDEF';
/** By byte: its two nibbles as text. */
const PAIRS = Array.from(
  { length: 256 },
  (_, b) => (NIBBLES[b >> 4] ?? '') + (NIBBLES[b & 15] ?? ''),
);
/** By byte: whether both nibbles are decimal. */
const DECIMAL = Uint8Array.from({ length: 256 }, (_, b) => (b >> 4 <= 9 && (b & 15) <= 9 ? 1 : 0));
const PLUS_SIGN_BYTES = 1;

/** Digits, two a byte. Track data may hold its separator as D; an amount with sign has a letter. */
export function packedContent(spec: FieldSpec, path: string): ContentCodec<string> {
  const packed = new PackedContent(spec, path);
  return spec.format === 'x+n' ? new SignedContent(packed, path) : packed;
}

class PackedContent implements ContentCodec<string> {
  readonly #path: string;
  readonly #isTrack: boolean;
  readonly #padsLeft: boolean;
  /** The filling nibble of an odd number of digits: track data has F, numbers 0. */
  readonly #padNibble: string;
  readonly #allowed: Uint8Array;
  /** The prefix counts bytes, so that a value always has an even number of digits. */
  readonly #countsBytes: boolean;

  constructor(spec: FieldSpec, path: string) {
    this.#path = path;
    this.#isTrack = spec.format === 'z';
    this.#padsLeft = spec.pad === 'left';
    this.#padNibble = this.#isTrack ? 'F' : '0';
    const format = spec.format === 'b' || spec.format === 'x+n' ? 'n' : spec.format;
    this.#allowed = allowedCharacters(format);
    this.#countsBytes = spec.length.kind === 'prefixed' && spec.length.unit === 'bytes';
  }

  sizeOf(units: number): number {
    return this.#countsBytes ? units : (units + 1) >> 1;
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    if (typeof value === 'string') {
      return this.#countsBytes ? (value.length + 1) >> 1 : value.length;
    }
    writer.fail('wrong-type', this.#path, 0);
    return -1;
  }

  decode(reader: Reader, units: number, size: number): string | undefined {
    const { bytes, at } = reader;
    const end = at + size;
    let text = '';
    for (let i = at; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (DECIMAL[byte] === 0 && !this.#mayHold(byte, i - at, size)) {
        return reader.fail('bad-character', this.#path, i);
      }
      text += PAIRS[byte];
    }
    reader.at = end;
    if (this.#countsBytes) return this.#isTrack && text.endsWith('F') ? text.slice(0, -1) : text;
    if ((units & 1) === 0) return text;
    const fill = this.#padsLeft ? text[0] : text[text.length - 1];
    if (fill !== this.#padNibble)
      return reader.fail('bad-pad', this.#path, this.#padsLeft ? at : end - 1);
    return this.#padsLeft ? text.slice(1) : text.slice(0, -1);
  }

  encode(value: FieldValue, _units: number, size: number, writer: Writer): void {
    const text = this.#padded(value as string);
    const start = writer.reserve(size);
    const { bytes } = writer;
    for (let i = 0; i < size; i++) {
      bytes[start + i] =
        this.#nibble(text, 2 * i, writer) * 16 + this.#nibble(text, 2 * i + 1, writer);
    }
  }

  #padded(text: string): string {
    if ((text.length & 1) === 0) return text;
    return this.#padsLeft ? this.#padNibble + text : text + this.#padNibble;
  }

  #nibble(text: string, at: number, writer: Writer): number {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) return code - 0x30;
    if (this.#isTrack && (code === 0x3d || code === 0x44)) return 13;
    const isFill = code === 0x46 && this.#isTrack && at === (this.#padsLeft ? 0 : text.length - 1);
    if (!isFill) writer.fail('bad-character', this.#path, at);
    return 15;
  }

  /** Whether a byte with a nibble beyond 9 is right here: a separator, or the last filling. */
  #mayHold(byte: number, index: number, size: number): boolean {
    if (!this.#isTrack) return false;
    const place = this.#padsLeft ? 0 : size - 1;
    const pair = PAIRS[byte] ?? '';
    const filled = index === place ? (this.#padsLeft ? 0 : 1) : -1;
    return [...pair].every(
      (nibble, i) => this.#allowed[nibble.charCodeAt(0)] === 1 || (i === filled && nibble === 'F'),
    );
  }
}

/** An amount with its sign: the letter in one byte, then digits two a byte. ISO 8583:1987, 4.2. */
class SignedContent implements ContentCodec<string> {
  readonly #digits: PackedContent;
  readonly #path: string;

  constructor(digits: PackedContent, path: string) {
    this.#digits = digits;
    this.#path = path;
  }

  sizeOf(units: number): number {
    return PLUS_SIGN_BYTES + this.#digits.sizeOf(units - 1);
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    return this.#digits.unitsOf(value, writer);
  }

  decode(reader: Reader, units: number, size: number): string | undefined {
    const sign = String.fromCharCode(reader.bytes[reader.at] ?? 0);
    if (sign !== 'C' && sign !== 'D') return reader.fail('bad-character', this.#path, reader.at);
    reader.at += PLUS_SIGN_BYTES;
    const digits = this.#digits.decode(reader, units - 1, size - PLUS_SIGN_BYTES);
    return digits === undefined ? undefined : sign + digits;
  }

  encode(value: FieldValue, units: number, size: number, writer: Writer): void {
    const text = value as string;
    if (text[0] !== 'C' && text[0] !== 'D') writer.fail('bad-character', this.#path, 0);
    const start = writer.reserve(PLUS_SIGN_BYTES);
    writer.bytes[start] = text.charCodeAt(0) & 0x7f;
    this.#digits.encode(text.slice(1), units - 1, size - PLUS_SIGN_BYTES, writer);
  }
}
