import type { TreeModel } from './model.ts';

/** A margin taken apart: `expected` and the contributions add up to it. */
export interface Attribution {
  /** The mean margin of the rows that were learned from, by the trees' covers. */
  readonly expected: number;
  /** Per feature, in the model's order: what its value added, in log-odds. */
  readonly contributions: Float64Array;
}

/**
 * Shapley values of one row's features, path-dependent (Lundberg et al. 2020, "From local
 * explanations to global understanding with explainable AI for trees"): a feature that is not known
 * sends a row down both sides, by their covers. Leaves are taken one by one; on the way to a leaf
 * few features decide, so all their orders can be weighed. Exact up to rounding. What a leaf gives
 * depends only on which of its features agree with it, so it is worked out once for each such case
 * that comes.
 */
export function attribute(model: TreeModel, features: Float64Array): Attribution {
  const { expected, leaves } = plan(model);
  const contributions = new Float64Array(model.features.length);
  for (const leaf of leaves) {
    const { steps } = leaf;
    let agreeing = 0;
    for (let i = 0; i < steps.length; i++) {
      const { column, above, upTo, takesMissing } = steps[i] as Step;
      const value = features[column] as number;
      const agrees = Number.isNaN(value) ? takesMissing : !(value <= above) && value <= upTo;
      if (agrees) agreeing |= 1 << i;
    }
    let shares = leaf.shares[agreeing];
    if (!shares) {
      shares = sharesOf(leaf, agreeing);
      leaf.shares[agreeing] = shares;
    }
    for (let i = 0; i < steps.length; i++) {
      const { column } = steps[i] as Step;
      contributions[column] = (contributions[column] as number) + (shares[i] as number);
    }
  }
  return { expected, contributions };
}

/** What one feature decides on the way to a leaf. */
interface Step {
  readonly column: number;
  /** Share of the rows that this feature lets through. */
  readonly chance: number;
  /** It lets a row through whose value is above this (NaN: any), and up to that; or missing. */
  readonly above: number;
  readonly upTo: number;
  readonly takesMissing: boolean;
}

interface Leaf {
  readonly value: number;
  /** At most one for a feature. */
  readonly steps: readonly Step[];
  /** What each step's feature adds, by which of them agree (bit i: step i). */
  readonly shares: (Float64Array | undefined)[];
}

interface Plan {
  readonly expected: number;
  readonly leaves: readonly Leaf[];
}

/** Models do not change, so a model's leaves are found once. */
const PLANS = new WeakMap<TreeModel, Plan>();

function plan(model: TreeModel): Plan {
  const known = PLANS.get(model);
  if (known) return known;
  let expected = model.base;
  const leaves: Leaf[] = [];
  for (const root of model.roots) {
    visitLeaves(model, root, [], (value, steps) => {
      expected += value * steps.reduce((product, { chance }) => product * chance, 1);
      if (steps.length > 0) leaves.push({ value, steps, shares: [] });
    });
  }
  const made = { expected, leaves };
  PLANS.set(model, made);
  return made;
}

function sharesOf({ value, steps }: Leaf, agreeing: number): Float64Array {
  const path = steps.map(({ chance }, i) => ({ chance, agrees: (agreeing >> i) & 1 }));
  return Float64Array.from(
    path,
    ({ chance, agrees }, i) => value * (agrees - chance) * weighOthers(path, i),
  );
}

function visitLeaves(
  model: TreeModel,
  node: number,
  path: readonly Step[],
  visit: (value: number, path: readonly Step[]) => void,
): void {
  const column = model.column[node] ?? -1;
  if (column < 0) {
    visit(model.value[node] ?? 0, path);
    return;
  }
  const left = model.left[node] ?? 0;
  const threshold = model.threshold[node] ?? 0;
  const before = path.find((step) => step.column === column) ?? ANYTHING;
  const others = path.filter((step) => step.column !== column);
  for (const child of [left, left + 1]) {
    const isAbove = child !== left;
    const chance = (model.cover[child] ?? 0) / (model.cover[node] ?? 1);
    const step: Step = {
      column,
      chance: chance * before.chance,
      above: isAbove && !(before.above > threshold) ? threshold : before.above,
      upTo: isAbove ? before.upTo : Math.min(before.upTo, threshold),
      takesMissing: before.takesMissing && !isAbove,
    };
    visitLeaves(model, child, [...others, step], visit);
  }
}

/** No split of a feature yet. */
const ANYTHING = {
  chance: 1,
  above: Number.NaN,
  upTo: Number.POSITIVE_INFINITY,
  takesMissing: true,
};

/**
 * The mean, over all orders in which the path's features become known, of the chance that the
 * others let the row through when feature `own` comes: those known by agreeing, the rest by their
 * chance.
 */
function weighOthers(
  path: readonly { readonly chance: number; readonly agrees: number }[],
  own: number,
): number {
  // byKnown[k]: the sum over the sets of k known others.
  let byKnown = [1];
  for (const [i, { chance, agrees }] of path.entries()) {
    if (i === own) continue;
    const next = byKnown.map((sum) => sum * chance);
    next.push(0);
    if (agrees) for (const [k, sum] of byKnown.entries()) next[k + 1] = (next[k + 1] ?? 0) + sum;
    byKnown = next;
  }
  const count = path.length;
  // k known of the others before `own`: k! (count - k - 1)! / count! of the orders.
  let [weight, mean] = [1 / count, 0];
  for (const [k, sum] of byKnown.entries()) {
    mean += weight * sum;
    weight *= (k + 1) / (count - k - 1);
  }
  return mean;
}
