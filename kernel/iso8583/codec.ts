import type { Reader } from './reader.ts';
import type { FieldSpec, FieldValue } from './spec.ts';
import type { Writer } from './writer.ts';

/** One field made ready: its path is known, its tables are built. */
export interface Codec<V extends FieldValue = FieldValue> {
  /** The value, or nothing with a fault in the reader. */
  decode(reader: Reader): V | undefined;
  /** Writes the value; what does not fit leaves a fault in the writer. */
  encode(value: FieldValue, writer: Writer): void;
}

/** Makes a field ready whose place in the message is `path`. */
export type Compile = (spec: FieldSpec, path: string) => Codec;

/**
 * The content of a field, without its length: how much room so many units take, and the value in
 * that room.
 */
export interface ContentCodec<V extends FieldValue = FieldValue> {
  /** Bytes on the wire for so many units; -1 where there can be no such number. */
  sizeOf(units: number): number;
  /** How many units a value has; -1 with a fault when it is of another type. */
  unitsOf(value: FieldValue, writer: Writer): number;
  /** Reads from the reader's place on; the reader has checked that `size` bytes are there. */
  decode(reader: Reader, units: number, size: number): V | undefined;
  encode(value: FieldValue, units: number, size: number, writer: Writer): void;
}
