import { describe, expect, test } from 'vitest';
import { MersenneTwister } from './mersenne-twister.ts';
import { NumpyRandomState } from './numpy-random-state.ts';
import { PythonRandom } from './python-random.ts';

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('MT19937', () => {
  test('the 10,000th word of the default seed, as the C++ standard has it', () => {
    const twister = MersenneTwister.fromWord(5489);
    expect(times(10_000, () => twister.uint32()).at(-1)).toBe(4_123_659_995);
  });

  test("the first words of the authors' mt19937ar.out", () => {
    const twister = MersenneTwister.fromWords([0x123, 0x234, 0x345, 0x456]);
    expect(times(5, () => twister.uint32())).toEqual([
      1_067_595_299, 955_945_823, 477_289_528, 4_107_218_783, 4_228_976_476,
    ]);
  });
});

describe('numpy 2.4 RandomState', () => {
  test('uniform', () => {
    const state = new NumpyRandomState(0);
    expect(times(3, () => state.uniform(0, 1))).toEqual([
      0.5488135039273248, 0.7151893663724195, 0.6027633760716439,
    ]);
    const scaled = new NumpyRandomState(0);
    expect(times(2, () => scaled.uniform(5, 100))).toEqual([57.13728287309585, 72.94298980537985]);
  });

  test('normal, the kept value and a rejected pair included', () => {
    const state = new NumpyRandomState(0);
    expect(times(4, () => state.normal(43_200, 20_000))).toEqual([
      78481.04691935328, 51203.144167344464, 62774.75968211479, 88017.86398402916,
    ]);
  });

  test('poisson', () => {
    const state = new NumpyRandomState(7);
    expect(times(20, () => state.poisson(2.5))).toEqual([
      0, 5, 0, 3, 1, 2, 2, 3, 2, 3, 3, 4, 3, 4, 4, 1, 1, 4, 2, 5,
    ]);
    expect(state.uniform(0, 1)).toBe(0.3087336572978354);
    expect(state.poisson(0)).toBe(0);
    expect(() => state.poisson(10)).toThrow(RangeError);
  });

  test('permutation and choice', () => {
    expect([...new NumpyRandomState(0).permutation(10)]).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
    expect(new NumpyRandomState(0).choice(10_000, 4)).toEqual([9394, 898, 2398, 5906]);
    expect(new NumpyRandomState(1).choice(10_000, 2)).toEqual([9953, 3850]);
  });
});

describe('Python 3.11 random', () => {
  test.each([
    [0, [0.8444218515250481, 0.7579544029403025]],
    [42, [0.6394267984578837, 0.025010755222666936]],
    [4999, [0.585969695131806, 0.18401446277898814]],
  ])('seed %i', (seed, doubles) => {
    const random = new PythonRandom(seed);
    expect(times(2, () => random.random())).toEqual(doubles);
  });

  test('below', () => {
    const random = new PythonRandom(42);
    times(3, () => random.random());
    expect(times(12, () => random.below(11))).toEqual([3, 2, 1, 10, 8, 1, 9, 6, 0, 0, 1, 3]);
  });

  test('sample, of a small and of a large population', () => {
    const random = new PythonRandom(0);
    expect(random.sample(20, 6)).toEqual([12, 13, 1, 8, 15, 6]);
    expect(random.sample(500, 7)).toEqual([470, 401, 424, 155, 495, 244, 183]);
    expect(random.sample(86, 6)).toEqual([74, 27, 64, 17, 36, 12]);
    expect(random.sample(85, 6)).toEqual([79, 32, 68, 77, 18, 39]);
  });
});
