import type { Entropy } from '#kernel/ports/entropy.ts';

/** Gives out a fixed list, so that a recorded transaction can be made again byte for byte. */
export class SimulatedEntropy implements Entropy {
  readonly #values: Uint8Array[];

  constructor(values: readonly Uint8Array[]) {
    this.#values = values.map((value) => value.slice());
  }

  /** Throws when the list is used up or its next value has another length: the script is wrong. */
  bytes(lengthBytes: number): Uint8Array {
    const next = this.#values.shift();
    if (!next) throw new Error('the simulated entropy is exhausted');
    if (next.length !== lengthBytes) {
      throw new RangeError(`the next value has ${next.length} bytes, not ${lengthBytes}`);
    }
    return next;
  }
}
