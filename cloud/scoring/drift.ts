import { FEATURE_NAMES, type FeatureName, type Features, numberOf, wordsOf } from './features.ts';

/** How far a feature's values moved from what they were. */
export interface FeatureDrift {
  readonly feature: FeatureName;
  /** Population stability index, 0 or more. */
  readonly psi: number;
  /** `stable` below 0.1, `moved` from there on, `shifted` from 0.25; a rule of thumb. */
  readonly verdict: 'stable' | 'moved' | 'shifted';
}

const BINS = 10;
/** A bin that nothing fell into counts as if so small a share had. */
const LEAST_SHARE = 1e-4;

/**
 * The population stability index of each feature, most moved first: the sum over bins of
 * (q - p) ln(q / p), where p and q are the bin's shares of reference and current rows. Bins are the
 * reference's deciles, or a word each; what is not known has a bin of its own. Source: N. Siddiqi,
 * Credit Risk Scorecards (2006), chapter on monitoring, with its limits 0.1 and 0.25.
 */
export function measureDrift(
  reference: readonly Features[],
  current: readonly Features[],
): readonly FeatureDrift[] {
  return FEATURE_NAMES.map((feature) => {
    const before = reference.map((features) => numberOf(features, feature));
    const edges = edgesOf(feature, before);
    const psi = stabilityIndex(
      sharesOf(before, edges),
      sharesOf(
        current.map((features) => numberOf(features, feature)),
        edges,
      ),
    );
    const verdict = psi >= 0.25 ? 'shifted' : psi >= 0.1 ? 'moved' : 'stable';
    return { feature, psi, verdict } as const;
  }).sort((a, b) => b.psi - a.psi);
}

/** Upper ends of all bins but the last. */
function edgesOf(feature: FeatureName, values: readonly number[]): readonly number[] {
  const words = wordsOf(feature);
  if (words) return words.slice(1).map((_, i) => i);
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const edges = Array.from({ length: BINS - 1 }, (_, i) => {
    return sorted[Math.ceil(((i + 1) * sorted.length) / BINS) - 1] ?? 0;
  });
  return [...new Set(edges)];
}

function sharesOf(values: readonly number[], edges: readonly number[]): readonly number[] {
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (const value of values) {
    const place = edges.findIndex((edge) => value <= edge);
    const bin = Number.isNaN(value) ? edges.length + 1 : place < 0 ? edges.length : place;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => Math.max(count / Math.max(values.length, 1), LEAST_SHARE));
}

function stabilityIndex(before: readonly number[], after: readonly number[]): number {
  return before.reduce((sum, p, i) => {
    const q = after[i] ?? LEAST_SHARE;
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}
