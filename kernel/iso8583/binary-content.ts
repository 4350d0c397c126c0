import { type CodePage, EBCDIC_037, LATIN1 } from '../bytes/ebcdic.ts';
import type { ContentCodec } from './codec.ts';
import type { Reader } from './reader.ts';
import type { FieldSpec, FieldValue, LengthUnit } from './spec.ts';
import type { Writer } from './writer.ts';

const DIGITS = '0123456789ABCDEF';

/** Content that is bytes. */
export interface BytesContent extends ContentCodec<Uint8Array> {
  /** Whether the bytes of the message are those of the value. */
  readonly isAsIs: boolean;
  /** How many units a value of so many bytes has. */
  unitsOfBytes(count: number): number;
}

/** Bytes as they are, or as hex digits. A value read is a view into the message where it can be. */
export function binaryContent(spec: FieldSpec, path: string): BytesContent {
  const unit = spec.length.kind === 'prefixed' ? (spec.length.unit ?? 'bytes') : 'bytes';
  if (spec.encoding === 'hex') return new HexContent(LATIN1, unit, path);
  if (spec.encoding === 'hex-cp037') return new HexContent(EBCDIC_037, unit, path);
  return new BinaryContent(unit, path);
}

class BinaryContent implements BytesContent {
  readonly isAsIs = true;
  readonly #countsNibbles: boolean;
  readonly #path: string;

  constructor(unit: LengthUnit, path: string) {
    this.#countsNibbles = unit === 'nibbles' || unit === 'digits';
    this.#path = path;
  }

  sizeOf(units: number): number {
    if (!this.#countsNibbles) return units;
    return (units & 1) === 0 ? units >> 1 : -1;
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    if (value instanceof Uint8Array) return this.unitsOfBytes(value.length);
    writer.fail('wrong-type', this.#path, 0);
    return -1;
  }

  unitsOfBytes(count: number): number {
    return this.#countsNibbles ? count * 2 : count;
  }

  decode(reader: Reader, _units: number, size: number): Uint8Array {
    const { bytes, at } = reader;
    reader.at = at + size;
    return bytes.subarray(at, at + size);
  }

  encode(value: FieldValue, _units: number, _size: number, writer: Writer): void {
    writer.put(value as Uint8Array);
  }
}

class HexContent implements BytesContent {
  readonly isAsIs = false;
  readonly #page: CodePage;
  /** By byte: the value of the digit it stands for, or 255. Letters of either case are read. */
  readonly #values: Uint8Array;
  readonly #countsCharacters: boolean;
  readonly #path: string;

  constructor(page: CodePage, unit: LengthUnit, path: string) {
    this.#page = page;
    this.#values = page.decode.map((code) => hexValue(code));
    this.#countsCharacters = unit !== 'bytes';
    this.#path = path;
  }

  sizeOf(units: number): number {
    if (!this.#countsCharacters) return units * 2;
    return (units & 1) === 0 ? units : -1;
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    if (value instanceof Uint8Array) return this.unitsOfBytes(value.length);
    writer.fail('wrong-type', this.#path, 0);
    return -1;
  }

  unitsOfBytes(count: number): number {
    return this.#countsCharacters ? count * 2 : count;
  }

  decode(reader: Reader, _units: number, size: number): Uint8Array | undefined {
    const { bytes, at } = reader;
    const value = new Uint8Array(size >> 1);
    for (let i = 0; i < size; i++) {
      const digit = this.#values[bytes[at + i] ?? 0] ?? 255;
      if (digit > 15) return reader.fail('bad-character', this.#path, at + i);
      value[i >> 1] = (value[i >> 1] ?? 0) * 16 + digit;
    }
    reader.at = at + size;
    return value;
  }

  encode(value: FieldValue, _units: number, size: number, writer: Writer): void {
    const content = value as Uint8Array;
    const start = writer.reserve(size);
    for (let i = 0; i < size; i++) {
      const byte = content[i >> 1] ?? 0;
      const digit = (i & 1) === 0 ? byte >> 4 : byte & 15;
      writer.bytes[start + i] = this.#page.encode[DIGITS.charCodeAt(digit)] ?? 0;
    }
  }
}

/** The value of a hex digit of either case, or 255. */
export function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const upper = code & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : 255;
}
