import { MersenneTwister } from './mersenne-twister.ts';

/** Python's `random.Random(seed)` for a whole seed of 0 to 2^32 - 1: the same values to the bit. */
export class PythonRandom {
  readonly #twister: MersenneTwister;

  constructor(seed: number) {
    this.#twister = MersenneTwister.fromWords([seed]);
  }

  /** `random()`: uniform on [0, 1). */
  random(): number {
    return this.#twister.double();
  }

  /** `randrange(count)`: 0 to count - 1, from as many bits as `count` has. */
  below(count: number): number {
    const unusedBits = Math.clz32(count);
    for (;;) {
      const value = this.#twister.uint32() >>> unusedBits;
      if (value < count) return value;
    }
  }

  /**
   * `sample(range(length), count)`: different indexes in the order drawn. Python swaps within a
   * copy of small populations and remembers what it drew from large ones; the values differ.
   */
  sample(length: number, count: number): readonly number[] {
    const setCost = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    return length <= setCost ? this.#samplePool(length, count) : this.#sampleSet(length, count);
  }

  #samplePool(length: number, count: number): readonly number[] {
    const pool = Array.from({ length }, (_, i) => i);
    return Array.from({ length: count }, (_, i) => {
      const j = this.below(length - i);
      const drawn = pool[j] ?? 0;
      pool[j] = pool[length - i - 1] ?? 0;
      return drawn;
    });
  }

  #sampleSet(length: number, count: number): readonly number[] {
    const drawn = new Set<number>();
    while (drawn.size < count) drawn.add(this.below(length));
    return [...drawn];
  }
}
