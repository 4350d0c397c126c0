import { MersenneTwister } from '../random/mersenne-twister.ts';
import type { BoostingParameters, LearningData } from './train.ts';

export const PARAMETERS: BoostingParameters = {
  trees: 40,
  learningRate: 0.2,
  maxDepth: 4,
  maxLeaves: 8,
  minLeafHessian: 0.1,
  minGain: 0,
  l2: 1,
  maxBins: 256,
  rowShare: 0.8,
  columnShare: 0.75,
  seed: 7,
};

/** Rows of four columns; the label follows from an interaction of three, one often missing. */
export function smallWorld(length = 2_000, seed = 1): LearningData {
  const random = MersenneTwister.fromWord(seed);
  const column = (): Float64Array => Float64Array.from({ length }, () => random.double());
  const [a, b, c, noise] = [column(), column(), column(), column()];
  const missing = c.map((value) => (value < 0.3 ? Number.NaN : value));
  const labels = Uint8Array.from(a, (value, i) => {
    const odds = value > 0.6 && (b[i] ?? 0) < 0.5 ? 0.9 : Number.isNaN(missing[i]) ? 0.3 : 0.02;
    return random.double() < odds ? 1 : 0;
  });
  return {
    features: ['a', 'b', 'c', 'noise'],
    columns: [a, b, missing, noise],
    labels,
    rows: Uint32Array.from({ length }, (_, i) => i),
  };
}
