import { encodeHex, parseHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { decodeTlv, type Tlv } from '../tlv/ber.ts';
import { isComposite } from './field.ts';
import type { Message } from './message.ts';
import type { CompositeSpec, FieldSpec, FieldsOf, FieldValue, MessageSpec } from './spec.ts';

/** A field in JSON: text as it is, bytes and objects in hex, the parts of a composite by name. */
export type JsonField = string | { readonly [part: string]: JsonField };

/** A message in JSON. */
export interface JsonMessage {
  readonly mti: string;
  readonly fields: Readonly<Record<string, JsonField>>;
  readonly header?: JsonField;
  readonly bitmaps?: 2 | 3;
}

/** Why JSON is no message of a specification. */
export type MessageJsonError = Malformed<
  'unknown-field' | 'wrong-type' | 'bad-hex' | 'bad-tlv' | 'bad-message'
>;

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
 * encoded; here only whether they are of the right type. BER-TLV may be hex or objects by tag.
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
  const entries = isComposite(value)
    ? Object.entries(value).map(([part, inner]) => [part, toJson(inner)] as const)
    : (value as readonly Tlv[]).map(({ tag, value: bytes }) => [tag, encodeHex(bytes)] as const);
  return Object.fromEntries(entries);
}

function fromJson(
  row: FieldSpec,
  path: string,
  json: unknown,
): Result<FieldValue, MessageJsonError> {
  const { content } = row;
  if (typeof content === 'object') return compositeFromJson(content, path, json);
  if (content === 'ber-tlv-objects' && isRecord(json)) return objectsFromJson(path, json);
  if (content === 'ber-tlv' && isRecord(json)) {
    const objects = objectsFromJson(path, json);
    if (!objects.ok) return objects;
    return bytesOf(
      path,
      Object.entries(json)
        .map(([tag, hex]) => tlvHex(tag, String(hex)))
        .join(''),
    );
  }
  if (typeof json !== 'string') return malformed('wrong-type', path, 0);
  if (row.format !== 'b' && content === undefined) return ok(json);
  const bytes = bytesOf(path, json);
  if (!bytes.ok || content !== 'ber-tlv-objects') return bytes;
  const objects = decodeTlv(bytes.value);
  return objects.ok ? objects : malformed('bad-tlv', path, objects.error.offset);
}

function compositeFromJson(
  content: CompositeSpec,
  path: string,
  json: unknown,
): Result<FieldValue, MessageJsonError> {
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

function objectsFromJson(
  path: string,
  json: Readonly<Record<string, unknown>>,
): Result<readonly Tlv[], MessageJsonError> {
  let text = '';
  for (const [tag, value] of Object.entries(json)) {
    if (typeof value !== 'string') return malformed('wrong-type', `${path}.${tag}`, 0);
    if (!parseHex(value).ok || !parseHex(tag).ok) return malformed('bad-hex', `${path}.${tag}`, 0);
    text += tlvHex(tag, value);
  }
  const bytes = bytesOf(path, text);
  if (!bytes.ok) return bytes;
  const objects = decodeTlv(bytes.value);
  return objects.ok ? objects : malformed('bad-tlv', path, objects.error.offset);
}

function tlvHex(tag: string, value: string): string {
  const length = value.length / 2;
  const short = length.toString(16).padStart(2, '0');
  if (length < 0x80) return tag + short + value;
  const long = short.length % 2 === 0 ? short : `0${short}`;
  return `${tag}${(0x80 | (long.length / 2)).toString(16)}${long}${value}`;
}

function bytesOf(path: string, hex: string): Result<Uint8Array, MessageJsonError> {
  const bytes = parseHex(hex);
  return bytes.ok ? bytes : malformed('bad-hex', path, bytes.error.offset);
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
