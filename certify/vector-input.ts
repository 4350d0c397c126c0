import { parseHex } from '#kernel/bytes/hex.ts';
import type { Malformed } from '#kernel/bytes/result.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Json, JsonObject } from './vector-kind.ts';

/** Whether a value is an object (and no list). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the members of a vector's input. A missing or ill-typed member gives an empty value and is
 * kept as `fault`, the first of them only: read all members, then look whether there is a fault.
 * Its kind is `bad-input`, its path the member's name.
 */
export class VectorInput {
  readonly #members: JsonObject;
  readonly #path: string;
  /** The outermost input, which keeps the fault. */
  readonly #root: VectorInput;
  #fault: Malformed | undefined;

  constructor(members: JsonObject, path = '', root?: VectorInput) {
    this.#members = members;
    this.#path = path;
    this.#root = root ?? this;
  }

  /** All of it, as it stands. */
  get members(): JsonObject {
    return this.#members;
  }

  /** Why the input cannot be run, if it cannot. */
  get fault(): Malformed | undefined {
    return this.#root.#fault;
  }

  has(name: string): boolean {
    return this.json(name) !== undefined;
  }

  text(name: string): string {
    const value = this.json(name);
    return typeof value === 'string' ? value : this.#bad(name, '');
  }

  /** Hex of either case. */
  bytes(name: string): Uint8Array {
    const value = this.json(name);
    const parsed = typeof value === 'string' ? parseHex(value) : undefined;
    return parsed?.ok ? parsed.value : this.#bad(name, new Uint8Array(0));
  }

  /** An application identifier, 5 to 16 bytes, as upper-case hex. ISO/IEC 7816-4, 12.2.3. */
  aid(name: string): string {
    const { length } = this.bytes(name);
    return length >= 5 && length <= 16 ? this.text(name).toUpperCase() : this.#bad(name, '');
  }

  /** A key, in hex. */
  key(name: string): SecretKey {
    return new SecretKey(this.bytes(name));
  }

  /** A whole number, not negative. */
  count(name: string): number {
    const value = this.json(name);
    const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    return isCount ? value : this.#bad(name, 0);
  }

  flag(name: string): boolean {
    const value = this.json(name);
    return typeof value === 'boolean' ? value : this.#bad(name, false);
  }

  /** Decimal digits, this many. */
  digits(name: string, length: number): string {
    const value = this.text(name);
    return value.length === length && /^\d+$/.test(value)
      ? value
      : this.#bad(name, '0'.repeat(length));
  }

  /** A decimal string of minor units. */
  amountMinor(name: string): bigint {
    const value = this.text(name);
    return /^\d{1,12}$/.test(value) ? BigInt(value) : this.#bad(name, 0n);
  }

  /** One of these words; the first where it is none of them. */
  oneOf<T extends string>(name: string, words: readonly [T, ...T[]]): T {
    const word = words.find((candidate) => candidate === this.json(name));
    return word ?? this.#bad(name, words[0]);
  }

  object(name: string): VectorInput {
    const value = this.json(name);
    return this.#inner(isObject(value) ? value : this.#bad(name, {}), name);
  }

  /** A list of objects. */
  objects(name: string): readonly VectorInput[] {
    const items = this.#list(name).map((item) => (isObject(item) ? item : this.#bad(name, {})));
    return items.map((item, i) => this.#inner(item, `${name}.${i}`));
  }

  /** A list of hex strings, each of this many bytes where that is said. */
  bytesList(name: string, lengthBytes?: number): readonly Uint8Array[] {
    const items = this.#list(name);
    const list = this.#inner(Object.fromEntries(items.entries()), name);
    return items.map((_, i) => {
      const bytes = list.bytes(`${i}`);
      const isGood = lengthBytes === undefined || bytes.length === lengthBytes;
      return isGood ? bytes : list.#bad(`${i}`, new Uint8Array(lengthBytes));
    });
  }

  /** A list of texts. */
  texts(name: string): readonly string[] {
    return this.#list(name).map((item) => (typeof item === 'string' ? item : this.#bad(name, '')));
  }

  /** The names of the members there are. */
  names(): readonly string[] {
    return Object.keys(this.#members);
  }

  /** The member as it stands, if it is there. */
  json(name: string): Json | undefined {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }

  #list(name: string): readonly Json[] {
    const value = this.json(name);
    return Array.isArray(value) ? value : this.#bad(name, []);
  }

  #inner(members: JsonObject, name: string): VectorInput {
    return new VectorInput(members, this.#pathOf(name), this.#root);
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #bad<T>(name: string, instead: T): T {
    this.#root.#fault ??= { kind: 'bad-input', path: this.#pathOf(name), offset: 0 };
    return instead;
  }
}
