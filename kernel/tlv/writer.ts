import { writeHex } from '../bytes/hex.ts';
import { isConstructed, tagLength } from './tag.ts';

/** An object to write, decoded or made. */
export interface Writable {
  readonly tag: string;
  readonly value?: Uint8Array | undefined;
  readonly children?: readonly Writable[] | undefined;
  readonly lengthOctets?: number | undefined;
  readonly paddingBefore?: Uint8Array | undefined;
  readonly paddingAfter?: Uint8Array | undefined;
}

/** How many bytes these objects take. Throws for a length of 4 GiB and more. */
export function encodedLength(objects: readonly Writable[], normalise: boolean): number {
  let total = 0;
  for (const object of objects) {
    const length = valueLength(object, normalise);
    total += object.tag.length / 2 + 1 + octetsOf(object, length, normalise) + length;
    if (normalise) continue;
    total += (object.paddingBefore?.length ?? 0) + (object.paddingAfter?.length ?? 0);
  }
  return total;
}

/**
 * Writes objects at `start` of a buffer that holds them, and says where they end. Throws for what
 * is not a tag and for children below a primitive one.
 */
export function writeObjects(
  target: Uint8Array,
  start: number,
  objects: readonly Writable[],
  normalise: boolean,
): number {
  let at = start;
  for (const object of objects) {
    const { tag, value, paddingBefore, paddingAfter } = object;
    if (!normalise) at = writeBytes(target, at, paddingBefore);
    at = writeTag(target, at, tag);
    const length = valueLength(object, normalise);
    at = writeLength(target, at, length, octetsOf(object, length, normalise));
    const children = childrenToWrite(object, normalise);
    if (children === undefined) at = writeBytes(target, at, value);
    else if (isConstructed(tag)) at = writeObjects(target, at, children, normalise);
    else throw new RangeError(`${tag} is primitive`);
    if (!normalise) at = writeBytes(target, at, paddingAfter);
  }
  return at;
}

/** The value counts, and the children only where there is none or they are to be written anew. */
function childrenToWrite({ value, children }: Writable, normalise: boolean) {
  return normalise || value === undefined ? children : undefined;
}

function valueLength(object: Writable, normalise: boolean): number {
  const children = childrenToWrite(object, normalise);
  return children === undefined ? (object.value?.length ?? 0) : encodedLength(children, normalise);
}

/** How many bytes of length follow the first. */
function octetsOf({ lengthOctets }: Writable, length: number, normalise: boolean): number {
  const asked = normalise ? 0 : (lengthOctets ?? 0);
  if (asked === 0 && length < 0x80) return 0;
  if (length > 0xffff_ffff || asked > 4) throw new RangeError('a length of more than 4 bytes');
  const needed = length > 0xff_ffff ? 4 : length > 0xffff ? 3 : length > 0xff ? 2 : 1;
  return Math.max(asked, needed);
}

function writeBytes(target: Uint8Array, at: number, bytes: Uint8Array | undefined): number {
  if (bytes === undefined) return at;
  // Values are short, and `set` takes longer than this below some thirty bytes.
  if (bytes.length > 32) target.set(bytes, at);
  else for (let i = 0; i < bytes.length; i++) target[at + i] = bytes[i] ?? 0;
  return at + bytes.length;
}

function writeTag(target: Uint8Array, at: number, tag: string): number {
  const end = at + tag.length / 2;
  const isHex = writeHex(tag, target, at) < 0;
  if (!isHex || target[at] === 0 || tagLength(target, at, end) !== tag.length / 2) {
    throw new RangeError('not a tag in hex');
  }
  return end;
}

/** Source: Book 3, Annex B2. */
function writeLength(target: Uint8Array, at: number, length: number, octets: number): number {
  if (octets === 0) {
    target[at] = length;
    return at + 1;
  }
  target[at] = 0x80 | octets;
  for (let i = octets, rest = length; i > 0; i--, rest = Math.floor(rest / 256)) {
    target[at + i] = rest % 256;
  }
  return at + 1 + octets;
}
