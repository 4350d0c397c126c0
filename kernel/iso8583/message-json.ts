import { parseHex } from '../bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { encodeTlv, type Tlv } from '../tlv/ber.ts';
import { compositeCodec } from './composite.ts';
import { inWireOrder, isComposite, partsOf, wireOrder } from './composite-value.ts';
import { compileField } from './field.ts';
import { objectsIn, type RevealOption, shownObject, shownValue } from './masking.ts';
import type { Message } from './message.ts';
import { partRow } from './part-row.ts';
import { type FieldErrorKind, Reader } from './reader.ts';
import type {
  CompositeSpec,
  FieldSpec,
  FieldsOf,
  FieldValue,
  MessageSpec,
  PlainValue,
} from './spec.ts';
import { type JsonTlv, tlvFromJson, tlvToJson } from './tlv-json.ts';

/**
 * A field in JSON: text, bytes in hex, BER-TLV objects, or the parts of a composite by name; tagged
 * parts as a list where a JSON object would not keep their order.
 */
export type JsonField =
  | string
  | readonly JsonTlv[]
  | readonly JsonPart[]
  | { readonly [part: string]: JsonField };

/** A tagged part in its place. */
export type JsonPart = { readonly tag: string; readonly value: JsonField };

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

/**
 * A message as JSON for machines, masked as it is described for people. Only what is revealed can
 * be read again: `messageFromJson(spec, messageToJson(spec, message, { reveal: true }))`.
 */
export function messageToJson(
  spec: MessageSpec,
  message: AnyMessage,
  options: RevealOption = {},
): JsonMessage {
  const { mti, fields, header, bitmaps } = message;
  const entries = Object.entries(fields).map(([number, value]) => [
    number,
    toJson(spec.fields[Number(number)], value, options),
  ]);
  return {
    mti,
    fields: Object.fromEntries(entries),
    ...(header !== undefined && { header: toJson(spec.header, header, options) }),
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
    const row = /^[1-9]\d*$/.test(number) ? spec.fields[Number(number)] : undefined;
    if (!row) return malformed('unknown-field', number, 0);
    const field = fromJson(row, number, value);
    if (!field.ok) return field;
    values[Number(number)] = field.value;
  }
  if (header !== undefined && !spec.header) return malformed('unknown-field', 'header', 0);
  if (![2, 3, undefined].includes(bitmaps as 2)) return malformed('bad-message', 'bitmaps', 0);
  const head =
    spec.header && header !== undefined ? fromJson(spec.header, 'header', header) : undefined;
  if (head && !head.ok) return head;
  const message = {
    mti,
    fields: values,
    ...(head && { header: head.value }),
    ...(bitmaps !== undefined && { bitmaps }),
  };
  return ok(message as unknown as Message<FieldsOf<S>>);
}

function toJson(row: FieldSpec | undefined, value: FieldValue, options: RevealOption): JsonField {
  if (isComposite(value)) {
    const shown = ([id, part]: readonly [string, FieldValue]) =>
      [id, toJson(partRow(row?.content, id), part, options)] as const;
    const parts = partsOf(value).map(shown);
    return wireOrder(value)
      ? parts.map(([tag, part]) => ({ tag, value: part }))
      : Object.fromEntries(parts);
  }
  if (options.reveal === true) {
    return Array.isArray(value) ? tlvToJson(value) : shownValue(row, value as PlainValue, options);
  }
  const objects = objectsIn(row, value);
  return objects ? maskedObjects(objects) : shownValue(row, value as PlainValue, options);
}

function maskedObjects(objects: readonly Tlv[]): readonly JsonTlv[] {
  return objects.map((object) => {
    const { tag, children } = object;
    return children
      ? { tag, children: maskedObjects(children) }
      : { tag, value: shownObject(object, {}) };
  });
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
  const given = entriesOf(content, json);
  if (!given) return malformed('wrong-type', path, 0);
  const parts: [string, FieldValue][] = [];
  const seen = new Set<string>();
  for (const [id, part] of given) {
    const place = `${path}.${id}`;
    if (seen.has(id)) return malformed('repeated-field', place, 0);
    seen.add(id);
    const row = partRow(content, id);
    // A tag without a row is kept as bytes, as it is when it is read.
    const inner = row ? fromJson(row, place, part) : unknownPart(content, place, part);
    if (!inner.ok) return inner;
    parts.push([id, inner.value]);
  }
  return ok(inWireOrder(parts));
}

/** The parts in an object, or in a list where each is tagged. */
function entriesOf(
  content: CompositeSpec,
  json: unknown,
): readonly (readonly [string, unknown])[] | undefined {
  if (isRecord(json)) return Object.entries(json);
  if (content.kind !== 'tagged' || !Array.isArray(json)) return undefined;
  const parts = json.filter(isRecord);
  const tags = parts.map(({ tag }) => tag);
  if (parts.length < json.length || !tags.every((tag) => typeof tag === 'string')) return undefined;
  return parts.map(({ tag, value }) => [tag as string, value]);
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
