import type { Random } from './random.ts';

/** An input grows to this at most. */
const MAX_BYTES = 4096;

/** Damages one of the corpus in one to four ways, as a hostile or broken sender would. */
export function damageBytes(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes = Uint8Array.from(random.pick(corpus));
  const times = 1 + random.below(4);
  for (let i = 0; i < times; i++) bytes = random.pick(DAMAGES)(bytes, random, corpus);
  return bytes.subarray(0, MAX_BYTES);
}

type Bytes = Uint8Array<ArrayBuffer>;
type Damage = (bytes: Bytes, random: Random, corpus: readonly Uint8Array[]) => Bytes;

/** Lengths, prefixes and digits at their edges. */
const EDGES = [0, 1, 0x1f, 0x20, 0x30, 0x39, 0x7f, 0x80, 0x81, 0x84, 0xf0, 0xfe, 0xff];

const DAMAGES: readonly Damage[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
  },
  function setEdge(bytes, random) {
    return withByte(bytes, random.below(bytes.length), random.pick(EDGES));
  },
  function setAny(bytes, random) {
    return withByte(bytes, random.below(bytes.length), random.below(256));
  },
  /** A length or a digit one off. */
  function stepByte(bytes, random) {
    const at = random.below(bytes.length);
    return withByte(bytes, at, (bytes[at] ?? 0) + (random.below(2) === 0 ? 1 : -1));
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.below(bytes.length));
  },
  function addBytes(bytes, random) {
    const at = random.below(bytes.length + 1);
    const added = Uint8Array.from({ length: 1 + random.below(4) }, () => random.pick(EDGES));
    return replaced(bytes, at, at, added);
  },
  function remove(bytes, random) {
    const [start, end] = range(bytes, random);
    return replaced(bytes, start, end, new Uint8Array(0));
  },
  function repeat(bytes, random) {
    const [start, end] = range(bytes, random);
    return replaced(bytes, end, end, bytes.slice(start, end));
  },
  function splice(bytes, random, corpus) {
    const other = random.pick(corpus);
    const [start, end] = range(bytes, random);
    const [from, to] = range(other, random);
    return replaced(bytes, start, end, other.slice(from, to));
  },
  function asItIs(bytes) {
    return bytes;
  },
];

function withByte(bytes: Bytes, at: number, value: number): Bytes {
  const changed = bytes.slice();
  if (at < changed.length) changed[at] = value;
  return changed;
}

function range(bytes: Uint8Array, random: Random): readonly [number, number] {
  const start = random.below(bytes.length + 1);
  return [start, start + random.below(Math.min(bytes.length - start, 64) + 1)];
}

function replaced(bytes: Bytes, start: number, end: number, by: Uint8Array): Bytes {
  const result = new Uint8Array(bytes.length - (end - start) + by.length);
  result.set(bytes.subarray(0, start));
  result.set(by, start);
  result.set(bytes.subarray(end), start + by.length);
  return result;
}
