import { MersenneTwister } from './mersenne-twister.ts';

/**
 * numpy's legacy generator `numpy.random.RandomState(seed)`: the same values, to the bit as far as
 * the platform's `log` and `exp` agree. NEP 19 freezes its stream. `seed` is below 2^32.
 */
export class NumpyRandomState {
  readonly #twister: MersenneTwister;
  #spareGauss: number | undefined;

  constructor(seed: number) {
    this.#twister = MersenneTwister.fromWord(seed);
  }

  /** `uniform(low, high)`. */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.#twister.double();
  }

  /** `normal(mean, deviation)`: the polar method of Box and Muller, its second value kept. */
  normal(mean: number, deviation: number): number {
    return mean + deviation * this.#gauss();
  }

  /** `poisson(rate)` for rates below 10: uniforms are multiplied until they fall below e^-rate. */
  poisson(rate: number): number {
    if (rate >= 10) throw new RangeError('rates of 10 and more need the transformed rejection');
    if (rate === 0) return 0;
    const end = Math.exp(-rate);
    let count = 0;
    for (let product = this.#twister.double(); product > end; count++) {
      product *= this.#twister.double();
    }
    return count;
  }

  /** `permutation(length)`: 0 to length - 1, shuffled by Fisher and Yates from the end. */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.#interval(i);
      const swapped = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = swapped;
    }
    return order;
  }

  /** `choice(length, count, replace=False)`, which is how pandas samples rows. */
  choice(length: number, count: number): readonly number[] {
    return [...this.permutation(length).subarray(0, count)];
  }

  #gauss(): number {
    const spare = this.#spareGauss;
    this.#spareGauss = undefined;
    if (spare !== undefined) return spare;
    for (;;) {
      const x = 2 * this.#twister.double() - 1;
      const y = 2 * this.#twister.double() - 1;
      const squared = x * x + y * y;
      if (squared >= 1 || squared === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(squared)) / squared);
      this.#spareGauss = factor * x;
      return factor * y;
    }
  }

  /** Uniform on 0 to `max`, both included: masked words, those above `max` thrown away. */
  #interval(max: number): number {
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (this.#twister.uint32() & mask) >>> 0;
      if (value <= max) return value;
    }
  }
}
