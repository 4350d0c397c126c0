import { EBCDIC_037, LATIN1 } from '../bytes/ebcdic.ts';
import { hexValue } from './binary-content.ts';
import type { Reader } from './reader.ts';
import type { PrefixEncoding } from './spec.ts';
import type { Writer } from './writer.ts';

/** A length prefix: a number in a few bytes. */
export interface Prefix {
  readonly lengthBytes: number;
  /** The largest number it can hold. */
  readonly max: number;
  /** The number, or -1 with a fault in the reader. */
  decode(reader: Reader, path: string): number;
  encode(writer: Writer, value: number): void;
}

/** The prefix of so many digits. In BCD and in binary two digits take one byte. */
export function prefixOf(digits: 1 | 2 | 3 | 4, encoding: PrefixEncoding): Prefix {
  switch (encoding) {
    case 'ascii':
      return textPrefix(digits, LATIN1.encode[0x30] ?? 0);
    case 'cp037':
    case 'cp1047':
      return textPrefix(digits, EBCDIC_037.encode[0x30] ?? 0);
    case 'bcd':
      return packedPrefix((digits + 1) >> 1, 10 ** digits - 1);
    case 'binary':
      return binaryPrefix((digits + 1) >> 1);
    case 'hex':
      return hexPrefix(digits);
    default:
      return encoding satisfies never;
  }
}

/** Digits that stand together in a code page, from `zero` on. */
function textPrefix(digits: number, zero: number): Prefix {
  return {
    lengthBytes: digits,
    max: 10 ** digits - 1,
    decode(reader, path) {
      const { bytes, at } = reader;
      if (at + digits > reader.end) return truncated(reader, path);
      let value = 0;
      for (let i = at; i < at + digits; i++) {
        const digit = (bytes[i] ?? 0) - zero;
        if (digit < 0 || digit > 9) return bad(reader, path, i);
        value = value * 10 + digit;
      }
      reader.at = at + digits;
      return value;
    },
    encode(writer, value) {
      const start = writer.reserve(digits);
      let rest = value;
      for (let i = start + digits - 1; i >= start; i--) {
        writer.bytes[i] = zero + (rest % 10);
        rest = Math.floor(rest / 10);
      }
    },
  };
}

function packedPrefix(lengthBytes: number, max: number): Prefix {
  return {
    lengthBytes,
    max,
    decode(reader, path) {
      const { bytes, at } = reader;
      if (at + lengthBytes > reader.end) return truncated(reader, path);
      let value = 0;
      for (let i = at; i < at + lengthBytes; i++) {
        const byte = bytes[i] ?? 0;
        if (byte >> 4 > 9 || (byte & 15) > 9) return bad(reader, path, i);
        value = value * 100 + (byte >> 4) * 10 + (byte & 15);
      }
      if (value > max) return bad(reader, path, at);
      reader.at = at + lengthBytes;
      return value;
    },
    encode(writer, value) {
      const start = writer.reserve(lengthBytes);
      let rest = value;
      for (let i = start + lengthBytes - 1; i >= start; i--) {
        const pair = rest % 100;
        writer.bytes[i] = Math.floor(pair / 10) * 16 + (pair % 10);
        rest = Math.floor(rest / 100);
      }
    },
  };
}

function binaryPrefix(lengthBytes: number): Prefix {
  return {
    lengthBytes,
    max: 256 ** lengthBytes - 1,
    decode(reader, path) {
      const { bytes, at } = reader;
      if (at + lengthBytes > reader.end) return truncated(reader, path);
      let value = 0;
      for (let i = at; i < at + lengthBytes; i++) value = value * 256 + (bytes[i] ?? 0);
      reader.at = at + lengthBytes;
      return value;
    },
    encode(writer, value) {
      const start = writer.reserve(lengthBytes);
      let rest = value;
      for (let i = start + lengthBytes - 1; i >= start; i--) {
        writer.bytes[i] = rest % 256;
        rest = Math.floor(rest / 256);
      }
    },
  };
}

/** Hex digits in ASCII, of either case when they are read. */
function hexPrefix(digits: number): Prefix {
  return {
    lengthBytes: digits,
    max: 16 ** digits - 1,
    decode(reader, path) {
      const { bytes, at } = reader;
      if (at + digits > reader.end) return truncated(reader, path);
      let value = 0;
      for (let i = at; i < at + digits; i++) {
        const digit = hexValue(bytes[i] ?? 0);
        if (digit > 15) return bad(reader, path, i);
        value = value * 16 + digit;
      }
      reader.at = at + digits;
      return value;
    },
    encode(writer, value) {
      const start = writer.reserve(digits);
      const text = value.toString(16).toUpperCase().padStart(digits, '0');
      for (let i = 0; i < digits; i++) writer.bytes[start + i] = text.charCodeAt(i);
    },
  };
}

function truncated(reader: Reader, path: string): number {
  reader.fail('length-truncated', path, reader.end);
  return -1;
}

function bad(reader: Reader, path: string, offset: number): number {
  reader.fail('bad-length', path, offset);
  return -1;
}
