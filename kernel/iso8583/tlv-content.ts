import { decodeTlv, encodeTlv, type Tlv } from '../tlv/ber.ts';
import { encodedLength, writeObjects } from '../tlv/writer.ts';
import type { BytesContent } from './binary-content.ts';
import type { ContentCodec } from './codec.ts';
import type { Reader } from './reader.ts';
import type { FieldValue } from './spec.ts';
import type { Writer } from './writer.ts';

/** Bytes that are BER-TLV, as the objects they hold. */
export class TlvContent implements ContentCodec<readonly Tlv[]> {
  readonly #bytes: BytesContent;
  readonly #path: string;

  constructor(bytes: BytesContent, path: string) {
    this.#bytes = bytes;
    this.#path = path;
  }

  sizeOf(units: number): number {
    return this.#bytes.sizeOf(units);
  }

  unitsOf(value: FieldValue, writer: Writer): number {
    if (Array.isArray(value)) return this.#bytes.unitsOfBytes(encodedLength(value, false));
    writer.fail('wrong-type', this.#path, 0);
    return -1;
  }

  decode(reader: Reader, units: number, size: number): readonly Tlv[] | undefined {
    const bytes = this.#bytes.decode(reader, units, size);
    if (bytes === undefined) return undefined;
    const objects = decodeObjects(bytes, this.#path, size, reader);
    // Padding is kept beside objects; alone it would be lost.
    if (objects?.length === 0 && size > 0) {
      return reader.fail('bad-tlv', this.#path, reader.at - size);
    }
    return objects;
  }

  encode(value: FieldValue, units: number, size: number, writer: Writer): void {
    const objects = value as readonly Tlv[];
    try {
      if (this.#bytes.isAsIs) {
        const start = writer.reserve(size);
        writeObjects(writer.bytes, start, objects, false);
      } else {
        this.#bytes.encode(encodeTlv(objects), units, size, writer);
      }
    } catch (error) {
      // A tag that is none; whatever else is thrown is ours.
      if (!(error instanceof RangeError)) throw error;
      writer.fail('bad-tlv', this.#path, 0);
    }
  }
}

/** The objects in bytes that were read last and took `size` bytes of the message. */
export function decodeObjects(
  bytes: Uint8Array,
  path: string,
  size: number,
  reader: Reader,
): readonly Tlv[] | undefined {
  const objects = decodeTlv(bytes);
  if (objects.ok) return objects.value;
  const { path: inner, offset, decoded } = objects.error;
  if (decoded.length > 0) reader.partial = decoded;
  const digits = size > bytes.length ? 2 : 1;
  const place = inner === '' ? path : `${path}.${inner}`;
  return reader.fail('bad-tlv', place, reader.at - size + offset * digits);
}
