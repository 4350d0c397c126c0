import type { Tlv } from '../../../tlv/ber.ts';
import { buildDol, type DolEntry } from '../../../tlv/dol.ts';
import { kernel8DataObject } from './dictionary/data-objects.ts';

/**
 * The kernel's data objects by tag, the terminal's and the card's together. Source: Book C-8 v1.1,
 * 4.1, by Digrol/Denom.
 */
export class DataObjects {
  readonly #values: Map<string, Uint8Array>;

  constructor(terminal: ReadonlyMap<string, Uint8Array>) {
    this.#values = new Map(terminal);
  }

  /** The value; `undefined` where there is none, and where it is empty. */
  get(tag: string): Uint8Array | undefined {
    const value = this.#values.get(tag);
    return value?.length ? value : undefined;
  }

  /** Whether every one of these is there, and not empty. */
  hasAll(tags: readonly string[]): boolean {
    return tags.every((tag) => this.get(tag) !== undefined);
  }

  set(tag: string, value: Uint8Array): void {
    this.#values.set(tag, value);
  }

  /**
   * Takes the primitive objects of a card's answer; those that are not known are passed over. False
   * where one is not the card's to give, has a wrong length, or is there already with another
   * value. Source: Book C-8 v1.1, 4.1.3.
   */
  takeFromCard(objects: readonly Tlv[]): boolean {
    return objects.every(({ tag, value, children }) =>
      children ? this.takeFromCard(children) : this.#take(tag, value),
    );
  }

  /** The values that a list asks for. Source: Book C-8 v1.1, 4.1.4. */
  build(entries: readonly DolEntry[]): Uint8Array {
    return buildDol(
      entries,
      (tag) => this.get(tag),
      (tag) => kernel8DataObject(tag)?.format ?? 'b',
    );
  }

  #take(tag: string, value: Uint8Array): boolean {
    const known = kernel8DataObject(tag);
    if (!known) return true;
    if (!known.fromCard || !isLengthOf(tag, value)) return false;
    const held = this.get(tag);
    if (held) return held.length === value.length && held.every((byte, i) => byte === value[i]);
    this.#values.set(tag, value);
    return true;
  }
}

/** Whether a value is as long as the dictionary allows. */
export function isLengthOf(tag: string, value: Uint8Array): boolean {
  const [min, max] = kernel8DataObject(tag)?.lengthBytes ?? [0, Number.POSITIVE_INFINITY];
  return value.length >= min && value.length <= max;
}
