import { encodeHex } from '#kernel/bytes/hex.ts';
import type { Tlv, TlvLimits } from '#kernel/tlv/ber.ts';
import { isObject } from '../vector-input.ts';
import type { Damage, Json, JsonObject } from '../vector-kind.ts';

/** Damaged bytes. */
interface DamagedBytes {
  readonly damage: Damage;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where one object lies in the bytes; offsets are from the beginning of all. */
interface Place {
  readonly tag: string;
  /** Of its first byte, behind padding. */
  readonly start: number;
  readonly lengthAt: number;
  readonly valueAt: number;
  readonly end: number;
  /** Where the template it lies in, or all, ends. */
  readonly levelEnd: number;
  readonly isPrimitive: boolean;
  readonly isOutermost: boolean;
}

/**
 * Damages a valid concatenation of objects so that it is none any more. A concatenation has no end
 * mark, so some damage leaves it valid and is not made, by rules that do not ask the decoder:
 *
 * - A cut between two outermost objects, or in the padding there, leaves the objects before it. A
 *   cut anywhere else leaves an object without its end, in whatever depth.
 * - One byte behind the last is an object's beginning without its end, unless it is padding.
 * - A length that reaches beyond the template it lies in is wrong; a longer or shorter one within
 *   may be right by chance, as its bytes may be objects too. One byte short is wrong at the end of
 *   a level, where what is left is one byte that is no padding.
 * - A changed tag is another tag, and unknown tags are kept. Only a tag of more than four bytes is
 *   wrong, or 00 where it is no padding.
 */
export function* damagedEncoding(
  bytes: Uint8Array,
  objects: readonly Tlv[],
  { padding = '00' }: TlvLimits,
): Iterable<DamagedBytes> {
  const places = [...placesOf(bytes, objects, bytes.length, true)];
  const isPadding = (byte: number | undefined): boolean =>
    (byte === 0x00 && padding !== 'none') || (byte === 0xff && padding === '00-ff');
  yield* cuts(bytes, places);
  for (let byte = 0; byte <= 0xff; byte++) {
    if (isPadding(byte)) continue;
    const name = `${encodeHex(Uint8Array.of(byte))} behind it`;
    yield { damage: 'trailing-byte', name, bytes: Uint8Array.of(...bytes, byte) };
  }
  for (const place of places) {
    yield* wrongLengths(bytes, place, isPadding);
    const tag = `the tag at ${place.start}`;
    yield overwritten('tag', `${tag} of five bytes`, bytes, place.start, [0x9f, 255, 255, 255]);
    if (padding === 'none') yield overwritten('tag', `${tag} is 00`, bytes, place.start, [0]);
  }
}

function* placesOf(
  bytes: Uint8Array,
  objects: readonly Tlv[],
  levelEnd: number,
  isOutermost: boolean,
): Iterable<Place> {
  for (const { tag, value, children, lengthOctets = 0 } of objects) {
    const valueAt = value.byteOffset - bytes.byteOffset;
    const lengthAt = valueAt - 1 - lengthOctets;
    const [start, end] = [lengthAt - tag.length / 2, valueAt + value.length];
    const isPrimitive = children === undefined;
    yield { tag, start, lengthAt, valueAt, end, levelEnd, isPrimitive, isOutermost };
    yield* placesOf(bytes, children ?? [], end, false);
  }
}

function* cuts(bytes: Uint8Array, places: readonly Place[]): Iterable<DamagedBytes> {
  for (const { start, end } of places.filter(({ isOutermost }) => isOutermost)) {
    for (let length = start + 1; length < end; length++) {
      const name = `cut to ${length} bytes`;
      yield { damage: 'truncation', name, bytes: bytes.subarray(0, length) };
    }
  }
}

function* wrongLengths(
  bytes: Uint8Array,
  place: Place,
  isPadding: (byte: number | undefined) => boolean,
): Iterable<DamagedBytes> {
  const { tag, lengthAt, valueAt, end, levelEnd, isPrimitive } = place;
  const octets = valueAt - lengthAt - 1;
  const of = `the length of ${tag} at ${lengthAt}`;
  yield overwritten('length', `${of} is indefinite`, bytes, lengthAt, [0x80]);
  yield overwritten('length', `${of} has five bytes`, bytes, lengthAt, [0x85]);
  const tooLong = levelEnd - valueAt + 1;
  if (tooLong < (octets === 0 ? 0x80 : 256 ** octets)) {
    const encoded = lengthOf(tooLong, octets);
    yield overwritten('length', `${of} is too long`, bytes, lengthAt, encoded);
  }
  // The bytes of a template cut short may still be objects, followed by padding.
  if (!isPrimitive || end !== levelEnd || end === valueAt || isPadding(bytes[end - 1])) return;
  const encoded = lengthOf(end - valueAt - 1, octets);
  yield overwritten('length', `${of} is one too short`, bytes, lengthAt, encoded);
}

function lengthOf(length: number, octets: number): readonly number[] {
  if (octets === 0) return [length];
  const rest = Array.from({ length: octets }, (_, i) => Math.floor(length / 256 ** i) % 256);
  return [0x80 | octets, ...rest.toReversed()];
}

function overwritten(
  damage: Damage,
  name: string,
  bytes: Uint8Array,
  at: number,
  replacement: readonly number[],
): DamagedBytes {
  const damaged = bytes.slice();
  damaged.set(replacement.slice(0, bytes.length - at), at);
  return { damage, name, bytes: damaged };
}

/** A damaged tree. */
interface DamagedTree {
  readonly damage: Damage;
  readonly name: string;
  readonly tree: Json;
}

/** Damages every object of a tree that can be encoded so that it cannot be. */
export function* damagedTree(tree: Json | undefined): Iterable<DamagedTree> {
  if (!Array.isArray(tree)) return;
  for (const [index, object] of tree.entries()) {
    if (!isObject(object)) continue;
    for (const { damage, name, object: damaged } of damagedObject(object)) {
      yield { damage, name: `${index}: ${name}`, tree: tree.with(index, damaged) };
    }
  }
}

function* damagedObject(object: JsonObject): Iterable<{
  readonly damage: Damage;
  readonly name: string;
  readonly object: JsonObject;
}> {
  const { tag, value, children } = object;
  if (typeof tag !== 'string') return;
  // No tag is the beginning of another: its bytes say whether more follow.
  for (const wrong of [tag.slice(0, -2), `${tag}00`, '00', 'GG', '9FFFFFFF01']) {
    yield { damage: 'tag', name: `tag ${wrong}`, object: { ...object, tag: wrong } };
  }
  yield { damage: 'length', name: '5 bytes of length', object: { ...object, lengthBytes: 5 } };
  if (typeof value === 'string') {
    const longer = { ...object, value: `${value}0` };
    yield { damage: 'digit', name: 'half a byte', object: longer };
    yield { damage: 'digit', name: 'no digit', object: { ...object, value: `${value}0G` } };
  }
  for (const { damage, name, tree } of damagedTree(children)) {
    yield { damage, name: `${tag}.${name}`, object: { ...object, children: tree } };
  }
}
