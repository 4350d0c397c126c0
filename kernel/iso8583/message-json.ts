import { encodeHex, parseHex } from '../bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { encodeTlv, type Tlv } from '../tlv/ber.ts';
import { compositeCodec } from './composite.ts';
import { compileField, isComposite } from './field.ts';
import type { Message } from './message.ts';
import { type FieldErrorKind, Reader } from './reader.ts';
import type { CompositeSpec, FieldSpec, FieldsOf, FieldValue, MessageSpec } from './spec.ts';
import { type JsonTlv, tlvFromJson, tlvToJson } from './tlv-json.ts';

/** A field in JSON: text, bytes in hex, BER-TLV objects, or the parts of a composite by name. */
export type JsonField = string | readonly JsonTlv[] | { readonly [part: string]: JsonField };

/** A message in JSON. */
export interface JsonMessage {
  readonly mti: string;
  readonly fields: Readonly<Record<string, JsonField>>;
  readonly header?: JsonField;
  readonly bitmaps?: 2 | 3;
}

/** Why JSON is no message of a specification. */
export type MessageJsonError = Malformed<FieldErrorKind | 'bad-hex' | 'bad-message'>;

type AnyMessage = Message<Readonly<Record<number, FieldValue>>>;

/** A message as JSON for machines: everything in clear. For people there is `describeMessage`. */
export function messageToJson(message: AnyMessage): JsonMessage {
  const { mti, fields, header, bitmaps } = message;
  return {
    mti,
    fields: Object.fromEntries(Object.entries(fields).map(([n, value]) => [n, toJson(value)])),
    ...(header !== undefined && { header: toJson(header) }),
    ...(bitmaps && { bitmaps }),
  };
}

/**
 * A message from JSON that came from outside. What its values may be is looked at when it is
 * encoded; here only whether they are of the right type. Bytes may be given as the BER-TLV in
 * them, the parts of a composite as the hex of all.
 */
export function messageFromJson<const S extends MessageSpec>(
  spec: S,
  json: unknown,
): Result<Message<FieldsOf<S>>, MessageJsonError> {
  if (!isRecord(json)) return malformed('bad-message', '', 0);
  const { mti, fields, header, bitmaps } = json as Partial<Record<keyof JsonMessage, unknown>>;
  if (typeof mti !== 'string') return malformed('bad-message', 'mti', 0);
  if (!isRecord(fields)) return malformed('bad-message', 'fields', 0);
  const values: Record<number, FieldValue> = {};
  for (const [number, value] of Object.entries(fields)) {
    const row = /^\d+$/.test(number) ? spec.fields[Number(number)] : undefined;
    if (!row) return malformed('unknown-field', number, 0);
    const field = fromJson(row, number, value);
    if (!field.ok) return field;
    values[Number(number)] = field.value;
  }
  const head =
    spec.header && header !== undefined ? fromJson(spec.header, 'header', header) : undefined;
  if (head && !head.ok) return head;
  const count = bitmaps === 2 || bitmaps === 3 ? bitmaps : undefined;
  const message = {
    mti,
    fields: values,
    ...(head && { header: head.value }),
    ...(count && { bitmaps: count }),
  };
  return ok(message as unknown as Message<FieldsOf<S>>);
}

function toJson(value: FieldValue): JsonField {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return encodeHex(value);
  if (!isComposite(value)) return tlvToJson(value as readonly Tlv[]);
  return Object.fromEntries(Object.entries(value).map(([part, inner]) => [part, toJson(inner)]));
}

function fromJson(
  row: FieldSpec,
  path: string,
  json: unknown,
): Result<FieldValue, MessageJsonError> {
  const { content } = row;
  if (typeof content === 'object') return compositeFromJson(content, path, json);
  if (content === 'ber-tlv-objects') return tlvFromJson(json, path);
  if (row.format === 'b' && typeof json === 'object') {
    const objects = tlvFromJson(json, path);
    return objects.ok ? ok(encodeTlv(objects.value)) : objects;
  }
  if (typeof json !== 'string') return malformed('wrong-type', path, 0);
  return row.format === 'b' ? bytesOf(path, json) : ok(json);
}

function compositeFromJson(
  content: CompositeSpec,
  path: string,
  json: unknown,
): Result<FieldValue, MessageJsonError> {
  if (typeof json === 'string') return compositeFromHex(content, path, json);
  if (!isRecord(json)) return malformed('wrong-type', path, 0);
  const value: Record<string, FieldValue> = {};
  for (const [id, part] of Object.entries(json)) {
    const place = `${path}.${id}`;
    const row = partRow(content, id);
    // A tag without a row is kept as bytes, as it is when it is read.
    const inner = row ? fromJson(row, place, part) : unknownPart(content, place, part);
    if (!inner.ok) return inner;
    Object.defineProperty(value, id, { value: inner.value, enumerable: true });
  }
  return ok(value);
}

function compositeFromHex(
  content: CompositeSpec,
  path: string,
  hex: string,
): Result<FieldValue, MessageJsonError> {
  const bytes = bytesOf(path, hex);
  if (!bytes.ok) return bytes;
  const reader = new Reader(bytes.value);
  const value = compositeCodec(content, path, compileField).decode(reader);
  return value === undefined ? fail(reader.fault ?? NO_FAULT) : ok(value);
}

const NO_FAULT = { kind: 'wrong-type', path: '', offset: 0 } as const;

/** The row of a part, by its id, tag or number. */
export function partRow(content: CompositeSpec, id: string): FieldSpec | undefined {
  if (content.kind === 'positional') return content.parts.find((part) => part.id === id);
  const parts: Readonly<Record<string, FieldSpec>> = content.parts;
  return Object.hasOwn(parts, id) ? parts[id] : undefined;
}

function unknownPart(
  content: CompositeSpec,
  path: string,
  json: unknown,
): Result<FieldValue, MessageJsonError> {
  if (content.kind !== 'tagged') return malformed('unknown-field', path, 0);
  return typeof json === 'string' ? bytesOf(path, json) : malformed('wrong-type', path, 0);
}

function bytesOf(path: string, hex: string): Result<Uint8Array, MessageJsonError> {
  const bytes = parseHex(hex);
  return bytes.ok ? bytes : malformed('bad-hex', path, bytes.error.offset);
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
