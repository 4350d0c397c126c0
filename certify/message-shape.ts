import { encodeHex } from '#kernel/bytes/hex.ts';
import type { CompositeSpec, FieldSpec, MessageSpec } from '#kernel/iso8583/spec.ts';
import { tlvFromJson, tlvToJson } from '#kernel/iso8583/tlv-json.ts';
import type { Tlv } from '#kernel/tlv/ber.ts';
import { isObject } from './vector-input.ts';
import type { Json, JsonObject } from './vector-kind.ts';

/**
 * The specification that gives a field whole, as bytes, wherever these values have it in hex: what
 * a field is made of may be written as its parts or as the hex of all.
 */
export function wholeWhereHex(spec: MessageSpec, fields: Json | undefined): MessageSpec {
  if (!isObject(fields)) return spec;
  return { ...spec, fields: rowsFor(spec.fields, fields) };
}

function rowsFor<R extends Readonly<Record<string, FieldSpec>>>(rows: R, values: JsonObject): R {
  const entries = Object.entries(rows).map(([id, row]) => [id, rowFor(row, own(values, id))]);
  return Object.fromEntries(entries) as R;
}

function rowFor<R extends FieldSpec>(row: R, value: Json | undefined): R {
  const { content, ...bytes } = row;
  if (content === undefined) return row;
  if (typeof value === 'string') return bytes as R;
  if (typeof content !== 'object' || !isObject(value)) return row;
  return { ...row, content: contentFor(content, value) };
}

function contentFor(content: CompositeSpec, value: JsonObject): CompositeSpec {
  if (content.kind !== 'positional') {
    return { ...content, parts: rowsFor(content.parts, value) } as CompositeSpec;
  }
  const parts = content.parts.map((part) => rowFor(part, own(value, part.id)));
  return { ...content, parts };
}

/**
 * The actual values with BER-TLV as an object by tag wherever the expected have it so; of a tag
 * that comes twice the first.
 */
export function byTagWhereExpected(expected: Json | undefined, actual: Json): Json {
  if (!isObject(expected)) return actual;
  if (isObject(actual)) {
    const entries = Object.entries(actual).map(([name, value]) => [
      name,
      byTagWhereExpected(own(expected, name), value),
    ]);
    return Object.fromEntries(entries);
  }
  const objects = tlvFromJson(actual, '');
  if (objects.ok) return byTag(objects.value, expected);
  const parts = taggedParts(actual);
  return parts ? byTagWhereExpected(expected, Object.fromEntries(parts)) : actual;
}

/** The parts of a composite in the order they came. */
function taggedParts(json: Json | undefined): readonly (readonly [string, Json])[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const parts: [string, Json][] = [];
  for (const part of json as readonly Json[]) {
    if (!isObject(part) || typeof part['tag'] !== 'string') return undefined;
    parts.push([part['tag'], part['value'] ?? '']);
  }
  return parts;
}

function byTag(objects: readonly Tlv[], expected: JsonObject): JsonObject {
  const values: Record<string, Json> = {};
  for (const object of objects) {
    const { tag, children } = object;
    const wanted = own(expected, tag);
    const isTemplate = children !== undefined && isObject(wanted);
    if (Object.hasOwn(values, tag)) continue;
    values[tag] = isTemplate ? byTag(children, wanted) : encodeHex(object.value);
  }
  return values;
}

/**
 * Values to encode, with every object by tag turned into a list in the order that the model has: a
 * JSON object says nothing of the order of its members. `model` are the same values as they were
 * decoded, BER-TLV in hex or as a list.
 */
export function inOrderOf(model: Json | undefined, values: Json): Json {
  if (!isObject(values)) return values;
  if (isObject(model)) {
    const entries = Object.entries(values).map(([name, value]) => [
      name,
      inOrderOf(own(model, name), value),
    ]);
    return Object.fromEntries(entries);
  }
  const order = tlvFromJson(model, '');
  const given = tlvFromJson(values, '');
  if (order.ok && given.ok) {
    const tags = order.value.map(({ tag }) => tag);
    return tlvToJson(sorted(given.value, ({ tag }) => tags.indexOf(tag)));
  }
  const parts = taggedParts(model);
  if (!parts) return values;
  const tags = parts.map(([tag]) => tag);
  const within = new Map(parts);
  return sorted(Object.entries(values), ([tag]) => tags.indexOf(tag)).map(([tag, value]) => ({
    tag,
    value: inOrderOf(within.get(tag), value),
  }));
}

function sorted<T>(items: readonly T[], place: (item: T) => number): readonly T[] {
  return items.toSorted((a, b) => place(a) - place(b));
}

function own(values: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
