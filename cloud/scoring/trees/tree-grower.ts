import type { BinnedColumns } from './feature-bins.ts';

/** What bounds a tree. */
export interface TreeLimits {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  /** Least sum of second derivatives in a leaf; above 0, so that no leaf is of rounding alone. */
  readonly minLeafHessian: number;
  /** Least fall of the loss that a split must bring. */
  readonly minGain: number;
  /** Ridge penalty on a leaf's value. */
  readonly l2: number;
}

/** A node: a leaf's value, or a split and its two sides. */
export interface TreeNode {
  /** Rows that came here. */
  readonly cover: number;
  /** The Newton step of the rows here; what a leaf adds. */
  readonly value: number;
  readonly split?: {
    readonly column: number;
    readonly threshold: number;
    /** Where the value does not exceed the threshold, or is missing. */
    readonly left: TreeNode;
    readonly right: TreeNode;
  };
}

/** First and second derivatives of the loss per learned row. */
export interface Derivatives {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

interface Split {
  readonly column: number;
  readonly bin: number;
  readonly gain: number;
}

/** A node while the tree grows: its rows are a range of the grower's `#rows`. */
interface OpenNode {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly histogram: Float64Array;
  readonly best: Split | undefined;
  sides?: readonly [OpenNode, OpenNode];
}

/**
 * Grows regression trees on binned columns, the leaf with the greatest gain first (Chen and
 * Guestrin 2016, gains of second order; Ke et al. 2017, histograms and growth by leaf). Sums run in
 * the order of the rows, so the same input gives the same bits.
 */
export class TreeGrower {
  readonly #binned: BinnedColumns;
  readonly #limits: TreeLimits;
  /** Where a column's bins begin in a histogram of (gradient, hessian) pairs. */
  readonly #offsets: readonly number[];
  readonly #histogramLength: number;
  readonly #freeHistograms: Float64Array[] = [];
  #rows = new Uint32Array(0);

  constructor(binned: BinnedColumns, limits: TreeLimits) {
    this.#binned = binned;
    this.#limits = limits;
    const offsets = [0];
    for (const thresholds of binned.thresholds)
      offsets.push((offsets.at(-1) ?? 0) + 2 * (thresholds.length + 1));
    this.#offsets = offsets;
    this.#histogramLength = offsets.at(-1) ?? 0;
  }

  /** Grows one tree on some of the learned rows and some of the columns. */
  grow(derivatives: Derivatives, rows: Uint32Array, columns: readonly number[]): TreeNode {
    this.#rows = rows.slice();
    const histogram = this.#takeHistogram(columns);
    this.#fill(histogram, derivatives, 0, rows.length, columns);
    const root = this.#open(0, rows.length, 0, histogram, columns);
    const open = [root];
    for (let leaves = 1; leaves < this.#limits.maxLeaves; leaves++) {
      const chosen = takeBest(open);
      if (!chosen) break;
      chosen.sides = this.#divide(chosen, derivatives, columns);
      open.push(...chosen.sides);
    }
    return this.#close(root);
  }

  #open(
    from: number,
    to: number,
    depth: number,
    histogram: Float64Array,
    columns: readonly number[],
  ): OpenNode {
    const [gradient, hessian] = this.#totals(histogram, columns);
    const best =
      depth < this.#limits.maxDepth
        ? this.#bestSplit(histogram, columns, gradient, hessian)
        : undefined;
    return { from, to, depth, gradient, hessian, histogram, best };
  }

  #totals(histogram: Float64Array, columns: readonly number[]): readonly [number, number] {
    const column = columns[0] ?? 0;
    let [gradient, hessian] = [0, 0];
    for (let i = this.#offsets[column] ?? 0; i < (this.#offsets[column + 1] ?? 0); i += 2) {
      gradient += histogram[i] ?? 0;
      hessian += histogram[i + 1] ?? 0;
    }
    return [gradient, hessian];
  }

  #bestSplit(
    histogram: Float64Array,
    columns: readonly number[],
    gradient: number,
    hessian: number,
  ): Split | undefined {
    const { minLeafHessian, l2, minGain } = this.#limits;
    const unsplit = (gradient * gradient) / (hessian + l2);
    let [bestScore, bestColumn, bestBin] = [unsplit + 2 * minGain + 1e-9, -1, 0];
    for (const column of columns) {
      const start = this.#offsets[column] ?? 0;
      const last = (this.#offsets[column + 1] ?? 0) - 2;
      let [leftGradient, leftHessian] = [0, 0];
      for (let i = start; i < last; i += 2) {
        const binHessian = histogram[i + 1] ?? 0;
        if (binHessian === 0) continue;
        leftGradient += histogram[i] ?? 0;
        leftHessian += binHessian;
        if (leftHessian < minLeafHessian) continue;
        const rightHessian = hessian - leftHessian;
        if (rightHessian < minLeafHessian) break;
        const rightGradient = gradient - leftGradient;
        const score =
          (leftGradient * leftGradient) / (leftHessian + l2) +
          (rightGradient * rightGradient) / (rightHessian + l2);
        if (score > bestScore) [bestScore, bestColumn, bestBin] = [score, column, (i - start) / 2];
      }
    }
    return bestColumn < 0
      ? undefined
      : { column: bestColumn, bin: bestBin, gain: (bestScore - unsplit) / 2 };
  }

  /** Splits a node; the smaller side is counted, the other is what remains. */
  #divide(
    node: OpenNode,
    derivatives: Derivatives,
    columns: readonly number[],
  ): readonly [OpenNode, OpenNode] {
    if (!node.best) throw new Error('a node without a split cannot be divided');
    const middle = this.#partition(node, node.best);
    const { from, to, depth, histogram } = node;
    const leftIsSmaller = middle - from <= to - middle;
    const smaller = this.#takeHistogram(columns);
    if (leftIsSmaller) this.#fill(smaller, derivatives, from, middle, columns);
    else this.#fill(smaller, derivatives, middle, to, columns);
    this.#subtract(histogram, smaller, columns);
    const [left, right] = leftIsSmaller ? [smaller, histogram] : [histogram, smaller];
    return [
      this.#open(from, middle, depth + 1, left, columns),
      this.#open(middle, to, depth + 1, right, columns),
    ];
  }

  /** Moves the node's rows apart, each side in its old order; returns where the right begins. */
  #partition({ from, to }: OpenNode, { column, bin }: Split): number {
    const bins = this.#binned.bins[column] ?? new Uint16Array(0);
    const right: number[] = [];
    let end = from;
    for (let i = from; i < to; i++) {
      const row = this.#rows[i] ?? 0;
      if ((bins[row] ?? 0) > bin) right.push(row);
      else this.#rows[end++] = row;
    }
    this.#rows.set(right, end);
    return end;
  }

  #fill(
    histogram: Float64Array,
    { gradient, hessian }: Derivatives,
    from: number,
    to: number,
    columns: readonly number[],
  ): void {
    const rows = this.#rows;
    for (const column of columns) {
      const bins = this.#binned.bins[column] ?? new Uint16Array(0);
      const offset = this.#offsets[column] ?? 0;
      for (let i = from; i < to; i++) {
        const row = rows[i] as number;
        const at = offset + 2 * (bins[row] as number);
        histogram[at] = (histogram[at] as number) + (gradient[row] as number);
        histogram[at + 1] = (histogram[at + 1] as number) + (hessian[row] as number);
      }
    }
  }

  /** Takes a child's sums away from its parent's. */
  #subtract(histogram: Float64Array, child: Float64Array, columns: readonly number[]): void {
    for (const column of columns) {
      const end = this.#offsets[column + 1] ?? 0;
      for (let i = this.#offsets[column] ?? 0; i < end; i++)
        histogram[i] = (histogram[i] as number) - (child[i] as number);
    }
  }

  #takeHistogram(columns: readonly number[]): Float64Array {
    const histogram = this.#freeHistograms.pop();
    if (!histogram) return new Float64Array(this.#histogramLength);
    for (const column of columns)
      histogram.fill(0, this.#offsets[column] ?? 0, this.#offsets[column + 1] ?? 0);
    return histogram;
  }

  /** Makes the finished tree, and keeps the histograms for the next. */
  #close(node: OpenNode): TreeNode {
    const cover = node.to - node.from;
    const value = -node.gradient / (node.hessian + this.#limits.l2);
    if (!node.sides || !node.best) {
      this.#freeHistograms.push(node.histogram);
      return { cover, value };
    }
    const { column, bin } = node.best;
    const threshold = this.#binned.thresholds[column]?.[bin] ?? 0;
    const [left, right] = node.sides;
    const split = { column, threshold, left: this.#close(left), right: this.#close(right) };
    return { cover, value, split };
  }
}

/** Removes the node whose split gains most, the earliest of equals; none if none can split. */
function takeBest(open: OpenNode[]): OpenNode | undefined {
  let [best, bestGain] = [-1, 0];
  for (const [i, node] of open.entries()) {
    if (node.best && node.best.gain > bestGain) [best, bestGain] = [i, node.best.gain];
  }
  return best < 0 ? undefined : open.splice(best, 1)[0];
}
