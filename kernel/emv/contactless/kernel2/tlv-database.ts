import { decodeBcd } from '../../../bytes/bcd.ts';
import { readUint } from '../../../bytes/bytes.ts';
import { type DataBit, isSet, withBit } from '../../data-bit.ts';
import type { TagStore } from '../outcome.ts';

const NOTHING = new Uint8Array(0);

/**
 * The data objects of one transaction. An object may be present and empty: then the terminal is to
 * be asked for it. Source: Book C-2, 4.1 (TLV database), as publicly described.
 */
export class TlvDatabase {
  readonly #objects: Map<string, Uint8Array>;

  constructor(objects: Iterable<readonly [string, Uint8Array]>) {
    this.#objects = new Map(objects);
  }

  /** The value of a tag; no bytes where it is absent. */
  get(tag: string): Uint8Array {
    return this.#objects.get(tag) ?? NOTHING;
  }

  /** The value of a tag, `undefined` where it is absent or empty, as a DOL wants it. */
  find(tag: string): Uint8Array | undefined {
    const value = this.#objects.get(tag);
    return value && value.length > 0 ? value : undefined;
  }

  isPresent(tag: string): boolean {
    return this.#objects.has(tag);
  }

  isNotEmpty(tag: string): boolean {
    return this.get(tag).length > 0;
  }

  /** Present, without a value. */
  isEmpty(tag: string): boolean {
    return this.#objects.get(tag)?.length === 0;
  }

  set(tag: string, value: Uint8Array): void {
    this.#objects.set(tag, value);
  }

  has(tag: string, bit: DataBit): boolean {
    return isSet(this.get(tag), bit);
  }

  /** Sets a bit of an object that is there and long enough; otherwise nothing is changed. */
  raise(tag: string, bit: DataBit): void {
    this.#write(tag, bit, true);
  }

  /** Clears a bit. */
  lower(tag: string, bit: DataBit): void {
    this.#write(tag, bit, false);
  }

  /** A big-endian number of at most 6 bytes; 0 where the object is absent. */
  number(tag: string): number {
    return readUint(this.get(tag).subarray(-6));
  }

  /** An amount in BCD; 0 where the object is absent or holds another nibble. */
  amount(tag: string): bigint {
    const digits = decodeBcd(this.get(tag));
    return digits.ok && digits.value !== '' ? BigInt(digits.value) : 0n;
  }

  /** Those of these tags that are present, in their order. */
  pick(tags: readonly string[]): Map<string, Uint8Array> {
    const picked = new Map<string, Uint8Array>();
    for (const tag of tags) {
      const value = this.#objects.get(tag);
      if (value) picked.set(tag, value);
    }
    return picked;
  }

  /** Puts every object of a record over what is here. */
  restore(record: TagStore): void {
    for (const [tag, value] of record) this.#objects.set(tag, value);
  }

  #write(tag: string, bit: DataBit, on: boolean): void {
    const value = this.get(tag);
    if (bit.byte <= value.length) this.#objects.set(tag, withBit(value, bit, on));
  }
}
