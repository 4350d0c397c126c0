/** A source of numbers that gives the same ones for the same seed. */
export interface Random {
  /** An integer from 0 to `below` - 1. */
  below(below: number): number;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
}

/**
 * Starts a source for one run: its numbers depend on nothing but `seed` and `run`, so any run can
 * be made again alone. Source: the sfc32 generator of PractRand, the state filled by splitmix32.
 */
export function createRandom(seed: number, run: number): Random {
  let fill = (seed ^ Math.imul(run, 0x9e3779b1)) | 0;
  const next = (): number => {
    fill = (fill + 0x9e3779b9) | 0;
    let z = fill ^ (fill >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, counter] = [next(), next(), next(), 1];
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const below = (limit: number): number => Math.floor((uint32() / 0x1_0000_0000) * limit);
  return {
    below,
    pick(list) {
      const item = list[below(list.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}
