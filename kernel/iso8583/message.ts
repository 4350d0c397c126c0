import { fail, type Malformed, ok, type Result } from '../bytes/result.ts';
import { setBit } from './bitmap.ts';
import type { Codec } from './codec.ts';
import { bitmapsFor, type CompiledSpec, compileSpec } from './compiled-spec.ts';
import { type FieldErrorKind, Reader } from './reader.ts';
import type { FieldsOf, FieldValue, MessageSpec, PlainValue } from './spec.ts';
import { Writer } from './writer.ts';

/** A message: its type and its data elements by number. */
export interface Message<F = MessageFields> {
  /** Four digits, for example `0100`. */
  readonly mti: string;
  readonly fields: F;
  /** Where the specification has one. */
  readonly header?: FieldValue;
  /** Only where there are more bitmaps than the fields need: how many. */
  readonly bitmaps?: 2 | 3;
}

/** Data elements by number: text, or bytes for format `b`. */
export type MessageFields = Readonly<Record<number, PlainValue>>;

/** Why a message is malformed. `offset` is the byte, `path` the data element (`55.9F26`). */
export interface MessageError extends Malformed<FieldErrorKind | 'bad-mti'> {
  /** What had been decoded before the fault. */
  readonly decoded: {
    readonly header?: FieldValue;
    readonly mti?: string;
    readonly fields: Readonly<Record<number, FieldValue>>;
  };
}

/**
 * Decodes a whole message; nothing may follow it. The first call with a specification makes it
 * ready; it must not be changed after. Values of format `b` are views into `bytes`.
 * Source: ISO 8583:1987, 4; ISO 8583-1:2003, 6.
 */
export function decodeMessage<const S extends MessageSpec>(
  spec: S,
  bytes: Uint8Array,
): Result<Message<FieldsOf<S>>, MessageError> {
  const compiled = compileSpec(spec);
  const reader = new Reader(bytes);
  const fields: Record<number, FieldValue> = {};
  const header = compiled.header?.decode(reader);
  const mti = reader.fault ? undefined : compiled.mti.decode(reader);
  const bitmaps = mti === undefined ? undefined : compiled.decodeBitmaps(reader);
  decodeFields(compiled, bitmaps?.numbers ?? NONE, reader, fields);
  if (!reader.fault && reader.at < bytes.length) reader.fail('trailing-bytes', '', reader.at);
  if (reader.fault || typeof mti !== 'string') return fail(errorOf(reader, mti, header, fields));
  const message: Writable<Message<Record<number, FieldValue>>> = { mti, fields };
  if (header !== undefined) message.header = header;
  const count = bitmaps?.count ?? 1;
  if (count !== 1 && count > bitmapsFor(bitmaps?.numbers.at(-1) ?? 0)) message.bitmaps = count;
  return ok(message as Message<FieldsOf<S>>);
}

/**
 * Encodes a message. Errors name the data element; `offset` counts within its value. The bytes are
 * a part of a larger buffer, as Node's are: their `buffer` is not theirs alone.
 */
export function encodeMessage<const S extends MessageSpec>(
  spec: S,
  message: Message<FieldsOf<S>>,
): Result<Uint8Array, Malformed<FieldErrorKind | 'bad-mti'>> {
  const compiled = compileSpec(spec);
  const { mti, header, bitmaps = 1 } = message;
  if (!isMti(mti)) return fail({ kind: 'bad-mti', path: 'mti', offset: 0 });
  WRITER.reset();
  encodeHeader(compiled.header, header, WRITER);
  compiled.mti.encode(mti, WRITER);
  encodeFields(compiled, message.fields, bitmaps, WRITER);
  return WRITER.fault ? fail(WRITER.fault) : ok(WRITER.written());
}

/** Reads these fields in their order, to the first that is malformed. */
function decodeFields(
  compiled: CompiledSpec,
  numbers: readonly number[],
  reader: Reader,
  fields: Record<number, FieldValue>,
): void {
  const last = numbers[numbers.length - 1] ?? 0;
  // With the highest first, the object grows once and not with every other field.
  if (last > 0) fields[last] = '';
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? 0;
    const codec = compiled.fields[number];
    const value = codec
      ? codec.decode(reader)
      : reader.fail('unknown-field', `${number}`, reader.at);
    if (value === undefined) {
      delete fields[last];
      if (reader.partial !== undefined) fields[number] = reader.partial;
      return;
    }
    fields[number] = value;
  }
}

/** Writes the bitmaps and the fields. The numbers of an object's members ascend. */
function encodeFields(
  compiled: CompiledSpec,
  fields: Readonly<Record<number, FieldValue>>,
  least: number,
  writer: Writer,
): void {
  const names = Object.keys(fields);
  const count = Math.max(least, bitmapsFor(Number(names[names.length - 1] ?? 0) || 0));
  if (count > compiled.maxBitmaps) {
    writer.fail('bad-bitmap', 'bitmap', 0);
    return;
  }
  const bitmaps = compiled.reserveBitmaps(writer, count);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? '';
    const number = Number(name);
    const codec = compiled.fields[number];
    if (!codec) {
      writer.fail('unknown-field', name, 0);
      return;
    }
    setBit(writer, compiled.bitmapEncoding, bitmaps, number);
    codec.encode(fields[number] as FieldValue, writer);
  }
}

/** One buffer for all: nothing here gives way before a message is whole. */
const WRITER = new Writer();

function isMti(text: string): boolean {
  if (text.length !== 4) return false;
  for (let i = 0; i < 4; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function encodeHeader(
  codec: Codec | undefined,
  header: FieldValue | undefined,
  writer: Writer,
): void {
  if (codec === undefined && header === undefined) return;
  if (codec === undefined) writer.fail('unknown-field', 'header', 0);
  else if (header === undefined) writer.fail('missing-field', 'header', 0);
  else codec.encode(header, writer);
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const NONE: readonly number[] = [];

/** The fault, and what had been decoded before it. */
function errorOf(
  reader: Reader,
  mti: FieldValue | undefined,
  header: FieldValue | undefined,
  fields: Readonly<Record<number, FieldValue>>,
): MessageError {
  const fault = reader.fault ?? { kind: 'bad-character', path: 'mti', offset: reader.at };
  const read = header ?? (mti === undefined ? reader.partial : undefined);
  return {
    ...fault,
    ...(fault.path === 'mti' && { kind: 'bad-mti' }),
    decoded: {
      ...(read !== undefined && { header: read }),
      ...(typeof mti === 'string' && { mti }),
      fields,
    },
  };
}
