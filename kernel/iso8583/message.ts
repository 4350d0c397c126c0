import { decodeLatin1, encodeAscii } from '../bytes/ascii.ts';
import { decodeBcd, encodeBcd } from '../bytes/bcd.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { encodeHex, parseHex } from '../bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { decodeTlv } from '../tlv/ber.ts';
import { decodeBitmap, encodeBitmap } from './bitmap.ts';
import { decodeField, encodeField, type FieldErrorKind, type FieldValue } from './field.ts';
import type { MessageSpec } from './spec.ts';

/** A message: its type and its data elements by number. */
export interface Message {
  /** Four digits, for example `0100`. */
  readonly mti: string;
  readonly fields: MessageFields;
}

/** Data elements by number: text, or bytes for format `b`. */
export type MessageFields = Readonly<Record<number, FieldValue>>;

/** Why a message is malformed. `offset` is the byte, `path` the data element (`55.9F26`). */
export interface MessageError
  extends Malformed<
    FieldErrorKind | 'bad-mti' | 'bitmap-truncated' | 'unknown-field' | 'bad-tlv' | 'trailing-bytes'
  > {
  /** What had been decoded before the fault. */
  readonly decoded: { readonly mti?: string; readonly fields: MessageFields };
}

/** Decodes a whole message; nothing may follow it. Source: ISO 8583:1987, 4. */
export function decodeMessage(spec: MessageSpec, bytes: Uint8Array): Result<Message, MessageError> {
  const fields: Record<number, FieldValue> = {};
  const mti = decodeMti(spec, bytes);
  if (!mti.ok) return withDecoded(mti.error, { fields });
  const decoded = { mti: mti.value, fields };
  const bitmap = readBitmap(spec, bytes, spec.mtiEncoding === 'bcd' ? 2 : 4);
  if (!bitmap.ok) return withDecoded(bitmap.error, decoded);
  let at = bitmap.value.end;
  for (const number of bitmap.value.fields) {
    const fieldSpec = spec.fields[number];
    if (!fieldSpec)
      return withDecoded({ kind: 'unknown-field', path: `${number}`, offset: at }, decoded);
    const field = decodeField(fieldSpec, `${number}`, bytes, at);
    if (!field.ok) return withDecoded(field.error, decoded);
    const { value, end } = field.value;
    const fault = typeof value === 'string' ? undefined : tlvFault(fieldSpec.content, value);
    if (fault) {
      const path = [number, fault.path].filter((part) => part !== '').join('.');
      return withDecoded(
        { kind: 'bad-tlv', path, offset: end - value.length + fault.offset },
        decoded,
      );
    }
    fields[number] = value;
    at = end;
  }
  if (at < bytes.length)
    return withDecoded({ kind: 'trailing-bytes', path: '', offset: at }, decoded);
  return ok({ mti: mti.value, fields });
}

/** Encodes a message. Errors name the data element; `offset` counts within its value. */
export function encodeMessage(
  spec: MessageSpec,
  message: Message,
): Result<Uint8Array, Malformed<FieldErrorKind | 'bad-mti' | 'unknown-field'>> {
  if (!/^\d{4}$/.test(message.mti)) return malformed('bad-mti', 'mti', 0);
  const numbers = Object.keys(message.fields)
    .map(Number)
    .sort((a, b) => a - b);
  const bitmap = encodeBitmap(numbers);
  const parts = [
    spec.mtiEncoding === 'bcd' ? encodeBcd(message.mti) : encodeAscii(message.mti),
    spec.bitmapEncoding === 'binary' ? bitmap : encodeAscii(encodeHex(bitmap)),
  ];
  for (const number of numbers) {
    const fieldSpec = spec.fields[number];
    const value = message.fields[number];
    if (!fieldSpec || value === undefined) return malformed('unknown-field', `${number}`, 0);
    const field = encodeField(fieldSpec, `${number}`, value);
    if (!field.ok) return field;
    parts.push(field.value);
  }
  return ok(concatBytes(...parts));
}

function withDecoded(
  error: Malformed<MessageError['kind']>,
  decoded: MessageError['decoded'],
): { readonly ok: false; readonly error: MessageError } {
  return fail({ ...error, decoded });
}

function decodeMti(spec: MessageSpec, bytes: Uint8Array): Result<string, Malformed<'bad-mti'>> {
  const content = bytes.subarray(0, spec.mtiEncoding === 'bcd' ? 2 : 4);
  const digits = spec.mtiEncoding === 'bcd' ? decodeBcd(content) : ok(decodeLatin1(content));
  if (!digits.ok || !/^\d{4}$/.test(digits.value)) return malformed('bad-mti', 'mti', 0);
  return ok(digits.value);
}

function readBitmap(
  spec: MessageSpec,
  bytes: Uint8Array,
  at: number,
): ReturnType<typeof decodeBitmap> {
  if (spec.bitmapEncoding === 'binary') return decodeBitmap(bytes, at);
  const read = (characters: number) => parseHex(decodeLatin1(bytes.subarray(at, at + characters)));
  const primary = read(16);
  const raw = primary.ok && ((primary.value[0] ?? 0) & 0x80) !== 0 ? read(32) : primary;
  const bitmap = decodeBitmap(raw.ok ? raw.value : new Uint8Array(0), 0);
  if (!bitmap.ok) return malformed(bitmap.error.kind, bitmap.error.path, at);
  return ok({ fields: bitmap.value.fields, end: at + bitmap.value.end * 2 });
}

function tlvFault(content: 'ber-tlv' | undefined, value: Uint8Array): Malformed | undefined {
  if (!content) return undefined;
  const objects = decodeTlv(value);
  return objects.ok ? undefined : objects.error;
}
