import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import type { Tlv, TlvInput } from '#kernel/tlv/ber.ts';
import { isConstructed, isTag } from '#kernel/tlv/tag.ts';
import { isObject, VectorInput } from '../vector-input.ts';
import type { Json, JsonObject } from '../vector-kind.ts';

/** Deeper trees are refused: everything that walks one recurses. */
const MAX_DEPTH = 64;
const MAX_LENGTH_BYTES = 4;

/**
 * Reads a tree of objects, `{tag, value}` or `{tag, children}`, each perhaps with `lengthBytes`,
 * `paddingBefore` and `paddingAfter`. Errors: see `tlvEncode`, and `bad-input`.
 */
export function readTree(
  tree: Json | undefined,
  path = 'tree',
  depth = 0,
): Result<readonly TlvInput[], Malformed> {
  if (!Array.isArray(tree)) return malformed('bad-input', path, 0);
  if (depth > MAX_DEPTH) return malformed('too-deep', path, 0);
  const objects: TlvInput[] = [];
  for (const [index, item] of tree.entries()) {
    const object = readObject(item, `${path}.${index}`, depth);
    if (!object.ok) return object;
    objects.push(object.value);
  }
  return ok(objects);
}

function readObject(item: Json, path: string, depth: number): Result<TlvInput, Malformed> {
  if (!isObject(item)) return malformed('bad-input', path, 0);
  const input = new VectorInput(item, path);
  const tag = input.text('tag').toUpperCase();
  const framing = readFraming(input);
  const value = input.has('value') ? input.bytes('value') : undefined;
  if (input.fault) return fail(input.fault);
  if (!isTag(tag)) return malformed('bad-tag', `${path}.tag`, 0);
  if ((framing.lengthOctets ?? 0) > MAX_LENGTH_BYTES) {
    return malformed('bad-length', `${path}.lengthBytes`, 0);
  }
  const paddings = [framing.paddingBefore, framing.paddingAfter];
  if (!paddings.every(isPadding)) return malformed('bad-padding', path, 0);
  // Which of the two it is made of would be a guess.
  if ((value === undefined) === !input.has('children')) return malformed('bad-input', path, 0);
  return value ? ok({ tag, ...framing, value }) : readTemplate(item, tag, framing, path, depth);
}

/**
 * Objects as a tree that `readTree` reads. A value is in hex unless `show` writes it otherwise; it
 * is told the tag of the template that the object lies in.
 */
export function treeToJson(
  objects: readonly Tlv[],
  show: (object: Tlv, template: string | undefined) => string = ({ value }) => encodeHex(value),
  template?: string,
): readonly JsonObject[] {
  return objects.map((object): JsonObject => {
    const { tag, children, lengthOctets = 0, paddingBefore, paddingAfter } = object;
    return {
      tag,
      ...(lengthOctets > 0 && { lengthBytes: lengthOctets }),
      ...(children
        ? { children: treeToJson(children, show, tag) }
        : { value: show(object, template) }),
      ...(paddingBefore && { paddingBefore: encodeHex(paddingBefore) }),
      ...(paddingAfter && { paddingAfter: encodeHex(paddingAfter) }),
    };
  });
}

type Framing = Pick<TlvInput, 'lengthOctets' | 'paddingBefore' | 'paddingAfter'>;

function readFraming(input: VectorInput): Framing {
  return {
    ...(input.has('lengthBytes') && { lengthOctets: input.count('lengthBytes') }),
    ...(input.has('paddingBefore') && { paddingBefore: input.bytes('paddingBefore') }),
    ...(input.has('paddingAfter') && { paddingAfter: input.bytes('paddingAfter') }),
  };
}

function isPadding(bytes: Uint8Array | undefined): boolean {
  return bytes === undefined || bytes.every((byte) => byte === 0x00 || byte === 0xff);
}

function readTemplate(
  item: JsonObject,
  tag: string,
  framing: Framing,
  path: string,
  depth: number,
): Result<TlvInput, Malformed> {
  if (!isConstructed(tag)) return malformed('primitive-with-children', path, 0);
  const children = readTree(item['children'], `${path}.children`, depth + 1);
  return children.ok ? ok({ tag, ...framing, children: children.value }) : children;
}
