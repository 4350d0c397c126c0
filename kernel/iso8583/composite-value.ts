import type { CompositeValue, FieldValue } from './spec.ts';
import type { Writer } from './writer.ts';

/** Whether a value is a record of parts. */
export function isComposite(value: FieldValue): value is CompositeValue {
  return typeof value === 'object' && !(value instanceof Uint8Array) && !Array.isArray(value);
}

/** The record of parts that a value is; nothing, with a fault in the writer, where it is none. */
export function recordOf(
  value: FieldValue,
  path: string,
  writer: Writer,
): CompositeValue | undefined {
  if (isComposite(value)) return value;
  writer.fail('wrong-type', path, 0);
  return undefined;
}

/** The parts of a tagged value as they came: members that look like numbers go first otherwise. */
const WIRE_ORDER = Symbol('wire order');

type Ordered = CompositeValue & { readonly [WIRE_ORDER]?: readonly string[] };

/**
 * A value whose parts are written in this order again. `parts` are its members by tag, each once.
 */
export function inWireOrder(parts: readonly (readonly [string, FieldValue])[]): CompositeValue {
  // Not an assignment: a tag may be `__proto__`.
  const value: Ordered = Object.fromEntries(parts);
  const order = parts.map(([tag]) => tag);
  if (Object.keys(value).some((tag, index) => tag !== order[index])) {
    Object.defineProperty(value, WIRE_ORDER, { value: order });
  }
  return value;
}

/** The parts of a value, as they came unless there are others now. */
export function partsOf(value: CompositeValue): readonly (readonly [string, FieldValue])[] {
  const order = wireOrder(value);
  const isSame =
    order?.length === Object.keys(value).length && order.every((tag) => Object.hasOwn(value, tag));
  return isSame ? order.map((tag) => [tag, value[tag] as FieldValue]) : Object.entries(value);
}

/** The order in which the parts came, where it is not that of the members. */
export function wireOrder(value: CompositeValue): readonly string[] | undefined {
  return (value as Ordered)[WIRE_ORDER];
}
