import { MersenneTwister } from '../random/mersenne-twister.ts';
import { binColumns, type Columns } from './feature-bins.ts';
import { flattenTrees, type TreeModel } from './model.ts';
import { probability } from './score.ts';
import { type Derivatives, TreeGrower, type TreeLimits, type TreeNode } from './tree-grower.ts';

/** How an ensemble is trained. */
export interface BoostingParameters extends TreeLimits {
  readonly trees: number;
  /** Each tree's leaves are multiplied by this. */
  readonly learningRate: number;
  /** Bins per column; thousands keep what 255 lose. */
  readonly maxBins: number;
  /** Share of the rows and of the columns that a tree sees. */
  readonly rowShare: number;
  readonly columnShare: number;
  /** Decides which rows and columns a tree sees: 0 to 2^32 - 1. */
  readonly seed: number;
}

/** Rows to learn from: all columns of a table, and which of its rows. */
export interface LearningData {
  readonly features: readonly string[];
  readonly columns: Columns;
  /** 1 or 0 per row of the table. */
  readonly labels: Uint8Array;
  readonly rows: Uint32Array;
}

/** When to stop early, and who is told how far it is. */
export interface TrainingControl {
  /** Rows that are not learned from; the model keeps the trees with the least loss on them. */
  readonly heldOut?: Uint32Array;
  /** Stop when so many trees more did not lessen that loss. */
  readonly patience?: number;
  readonly onTree?: (count: number) => void;
}

const PATIENCE = 50;

/**
 * Trains gradient-boosted trees on the logistic loss. The same data, parameters and seed give the
 * same model bit for bit.
 */
export function trainModel(
  data: LearningData,
  parameters: BoostingParameters,
  { heldOut, patience = PATIENCE, onTree }: TrainingControl = {},
): TreeModel {
  const { columns, rows } = data;
  const binned = binColumns(columns, rows, parameters.maxBins);
  const random = MersenneTwister.fromWord(parameters.seed);
  const labels = Uint8Array.from(rows, (row) => data.labels[row] ?? 0);
  const base = baseMargin(labels);
  const margins = new Float64Array(labels.length).fill(base);
  const watch = heldOut && new HeldOut(data, heldOut, base);
  const grower = new TreeGrower(binned, parameters);
  const trees: TreeNode[] = [];
  while (trees.length < parameters.trees) {
    const sampledRows = sample(rows.length, parameters.rowShare, random);
    const sampledColumns = [...sample(columns.length, parameters.columnShare, random)];
    const tree = grower.grow(derive(margins, labels), sampledRows, sampledColumns);
    trees.push(tree);
    addTree(tree, columns, rows, parameters.learningRate, margins);
    onTree?.(trees.length);
    watch?.add(tree, parameters.learningRate);
    if (watch && trees.length - watch.bestCount >= patience) break;
  }
  const kept = trees.slice(0, watch?.bestCount ?? trees.length);
  return flattenTrees(data.features, base, kept, parameters.learningRate);
}

/** Log-odds of the labels' mean, with half a row of each kind added. */
function baseMargin(labels: Uint8Array): number {
  const positive = labels.reduce((sum, label) => sum + label, 0);
  return Math.log((positive + 0.5) / (labels.length - positive + 0.5));
}

function derive(margins: Float64Array, labels: Uint8Array): Derivatives {
  const gradient = new Float64Array(margins.length);
  const hessian = new Float64Array(margins.length);
  for (let i = 0; i < margins.length; i++) {
    const expected = probability(margins[i] ?? 0);
    gradient[i] = expected - (labels[i] ?? 0);
    hessian[i] = expected * (1 - expected);
  }
  return { gradient, hessian };
}

/** A share of 0 to length - 1, rising, each as likely; at least one (Knuth's algorithm S). */
function sample(length: number, share: number, random: MersenneTwister): Uint32Array {
  const count = Math.max(1, Math.round(length * share));
  const chosen = new Uint32Array(count);
  for (let i = 0, taken = 0; taken < count; i++) {
    if (count - taken === length - i || random.double() * (length - i) < count - taken)
      chosen[taken++] = i;
  }
  return chosen;
}

/** Adds a tree's leaves to the margins of rows of the table. */
function addTree(
  tree: TreeNode,
  columns: Columns,
  rows: Uint32Array,
  rate: number,
  margins: Float64Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    let node = tree;
    for (let split = node.split; split; split = node.split) {
      const value = columns[split.column]?.[row] ?? Number.NaN;
      node = value > split.threshold ? split.right : split.left;
    }
    margins[i] = (margins[i] ?? 0) + rate * node.value;
  }
}

/** Watches the loss on rows that are not learned from. */
class HeldOut {
  readonly #columns: Columns;
  readonly #rows: Uint32Array;
  readonly #labels: Uint8Array;
  readonly #margins: Float64Array;
  #leastLoss: number;
  #count = 0;
  bestCount = 0;

  constructor({ columns, labels }: LearningData, rows: Uint32Array, base: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#labels = Uint8Array.from(rows, (row) => labels[row] ?? 0);
    this.#margins = new Float64Array(rows.length).fill(base);
    this.#leastLoss = logLoss(this.#margins, this.#labels);
  }

  add(tree: TreeNode, rate: number): void {
    addTree(tree, this.#columns, this.#rows, rate, this.#margins);
    this.#count++;
    const loss = logLoss(this.#margins, this.#labels);
    if (loss < this.#leastLoss) [this.#leastLoss, this.bestCount] = [loss, this.#count];
  }
}

function logLoss(margins: Float64Array, labels: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < margins.length; i++) {
    const towards = labels[i] ? (margins[i] ?? 0) : -(margins[i] ?? 0);
    sum += Math.log1p(Math.exp(-towards));
  }
  return sum;
}
