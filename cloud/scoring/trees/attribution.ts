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
 * few features decide, so all their orders can be weighed. Exact up to rounding.
 */
export function attribute(model: TreeModel, features: Float64Array): Attribution {
  const contributions = new Float64Array(model.features.length);
  let expected = model.base;
  for (const root of model.roots) {
    visitLeaves(model, features, root, [], (value, path) => {
      expected += value * path.reduce((product, { chance }) => product * chance, 1);
      for (const [i, step] of path.entries()) {
        const share = (step.agrees - step.chance) * weighOthers(path, i);
        contributions[step.column] = (contributions[step.column] ?? 0) + value * share;
      }
    });
  }
  return { expected, contributions };
}

/** What one feature decides on the way to a leaf. */
interface Step {
  readonly column: number;
  /** Share of the rows that this feature lets through. */
  readonly chance: number;
  /** 1 if it lets the explained row through, else 0. */
  readonly agrees: 0 | 1;
}

function visitLeaves(
  model: TreeModel,
  features: Float64Array,
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
  const taken = left + ((features[column] ?? Number.NaN) > (model.threshold[node] ?? 0) ? 1 : 0);
  const before = path.find((step) => step.column === column);
  const others = before ? path.filter((step) => step !== before) : path;
  for (const child of [left, left + 1]) {
    const chance = (model.cover[child] ?? 0) / (model.cover[node] ?? 1);
    const agrees = child === taken && before?.agrees !== 0 ? 1 : 0;
    const step: Step = { column, chance: chance * (before?.chance ?? 1), agrees };
    visitLeaves(model, features, child, [...others, step], visit);
  }
}

/**
 * The mean, over all orders in which the path's features become known, of the chance that the
 * others let the row through when feature `own` comes: those known by agreeing, the rest by their
 * chance.
 */
function weighOthers(path: readonly Step[], own: number): number {
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
