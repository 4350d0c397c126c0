const WORDS = 624;
const SHIFT = 397;
const TWIST = 0x9908b0df;
const KNUTH_MULTIPLIER = 1_812_433_253;

/** 32-bit MT19937 (Matsumoto and Nishimura, 1998): the same words as the authors' `mt19937ar`. */
export class MersenneTwister {
  readonly #state = new Uint32Array(WORDS);
  #next = WORDS;

  private constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const last = state[i - 1] ?? 0;
      state[i] = Math.imul(KNUTH_MULTIPLIER, last ^ (last >>> 30)) + i;
    }
  }

  /** Seeded by one unsigned 32-bit word (`init_genrand`), as numpy's legacy generator is. */
  static fromWord(seed: number): MersenneTwister {
    return new MersenneTwister(seed);
  }

  /** Seeded by a list of unsigned 32-bit words (`init_by_array`), as Python's generator is. */
  static fromWords(key: readonly number[]): MersenneTwister {
    const twister = new MersenneTwister(19_650_218);
    const state = twister.#state;
    let i = 1;
    const step = (multiplier: number, addend: number): void => {
      const last = state[i - 1] ?? 0;
      state[i] = ((state[i] ?? 0) ^ Math.imul(last ^ (last >>> 30), multiplier)) + addend;
      i++;
      if (i === WORDS) {
        state[0] = state[WORDS - 1] ?? 0;
        i = 1;
      }
    };
    for (let k = 0; k < Math.max(WORDS, key.length); k++) {
      const j = k % key.length;
      step(1_664_525, (key[j] ?? 0) + j);
    }
    for (let k = 0; k < WORDS - 1; k++) step(1_566_083_941, -i);
    state[0] = 0x80000000;
    return twister;
  }

  /** The next unsigned 32-bit word. */
  uint32(): number {
    if (this.#next === WORDS) this.#twist();
    let word = this.#state[this.#next++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** Uniform on [0, 1) with 53 random bits of two words (`genrand_res53`). */
  double(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const joined = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % WORDS] ?? 0) & 0x7fffffff);
      const far = state[(i + SHIFT) % WORDS] ?? 0;
      state[i] = far ^ (joined >>> 1) ^ (joined & 1 ? TWIST : 0);
    }
    this.#next = 0;
  }
}
