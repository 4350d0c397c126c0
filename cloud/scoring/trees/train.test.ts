import { describe, expect, test } from 'vitest';
import { areaUnderRoc } from '../handbook/metrics.ts';
import { binColumns } from './feature-bins.ts';
import { encodeModel } from './model-json.ts';
import { margin, probability, readRow, scoreRows } from './score.ts';
import { PARAMETERS, smallWorld } from './small-world.fixture.ts';
import { trainModel } from './train.ts';
import { TreeGrower } from './tree-grower.ts';

const LIMITS = { maxLeaves: 4, maxDepth: 3, minLeafHessian: 0.5, minGain: 0, l2: 0 };

describe('bins', () => {
  const rows = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

  test('a threshold between each two values, and one below all where values are missing', () => {
    const column = Float64Array.of(3, 1, Number.NaN, 3, 2);
    const { bins, thresholds } = binColumns([column], rows(5), 100);
    expect([...(thresholds[0] ?? [])]).toEqual([Number.NEGATIVE_INFINITY, 1.5, 2.5]);
    expect([...(bins[0] ?? [])]).toEqual([3, 1, 0, 3, 2]);
  });

  test('neighbours that have no number between them are told apart', () => {
    const above = 1 + Number.EPSILON;
    const { bins } = binColumns([Float64Array.of(1, above)], rows(2), 100);
    expect([...(bins[0] ?? [])]).toEqual([0, 1]);
  });

  test('quantiles when there are more values than bins', () => {
    const column = Float64Array.from({ length: 1000 }, (_, i) => i ** 3);
    const [bins] = binColumns([column], rows(1000), 10).bins;
    const counts = Array.from({ length: 10 }, (_, bin) => bins?.filter((b) => b === bin).length);
    expect(counts).toEqual(Array(10).fill(100));
  });
});

describe('a tree', () => {
  test('takes the split that a search over all of them finds', () => {
    const { columns, labels, rows } = smallWorld(300);
    const gradient = Float64Array.from(labels, (label) => 0.5 - label);
    const hessian = new Float64Array(labels.length).fill(0.25);
    const binned = binColumns(columns, rows, 65_536);
    const grower = new TreeGrower(binned, { ...LIMITS, maxLeaves: 2 });
    const { split } = grower.grow({ gradient, hessian }, rows, [0, 1, 2, 3]);
    const gain = (column: number, threshold: number): number => {
      const sides = [0, 0, 0, 0];
      for (const row of rows) {
        const side = (columns[column]?.[row] ?? 0) > threshold ? 2 : 0;
        sides[side] = (sides[side] ?? 0) + (gradient[row] ?? 0);
        sides[side + 1] = (sides[side + 1] ?? 0) + (hessian[row] ?? 0);
      }
      const [leftG = 0, leftH = 0, rightG = 0, rightH = 0] = sides;
      if (Math.min(leftH, rightH) < LIMITS.minLeafHessian) return 0;
      return leftG ** 2 / leftH + rightG ** 2 / rightH;
    };
    const best = Math.max(
      ...binned.thresholds.flatMap((thresholds, column) =>
        Array.from(thresholds, (threshold) => gain(column, threshold)),
      ),
    );
    expect(gain(split?.column ?? -1, split?.threshold ?? 0)).toBeCloseTo(best, 9);
  });

  test('keeps its limits', () => {
    const { columns, labels, rows } = smallWorld();
    const gradient = Float64Array.from(labels, (label) => 0.5 - label);
    const hessian = new Float64Array(labels.length).fill(0.25);
    const grower = new TreeGrower(binColumns(columns, rows, 256), { ...LIMITS, maxLeaves: 6 });
    const tree = grower.grow({ gradient, hessian }, rows, [0, 1, 2, 3]);
    const leaves = (node: typeof tree, depth = 0): { cover: number; depth: number }[] =>
      node.split
        ? [...leaves(node.split.left, depth + 1), ...leaves(node.split.right, depth + 1)]
        : [{ cover: node.cover, depth }];
    expect(leaves(tree)).toHaveLength(6);
    expect(leaves(tree).every((leaf) => leaf.depth <= 3 && leaf.cover >= 2)).toBe(true);
    expect(leaves(tree).reduce((sum, leaf) => sum + leaf.cover, 0)).toBe(rows.length);
  });
});

describe('boosting', () => {
  const world = smallWorld();

  test('learns an interaction and a missing value', () => {
    const model = trainModel(world, PARAMETERS);
    const fresh = smallWorld(2_000, 2);
    const scores = scoreRows(model, fresh.columns, fresh.rows);
    expect(areaUnderRoc({ scores, labels: fresh.labels })).toBeGreaterThan(0.9);
    const mean = (numbers: Iterable<number>): number =>
      [...numbers].reduce((sum, one) => sum + one, 0) / fresh.rows.length;
    expect(mean(scores)).toBeCloseTo(mean(fresh.labels), 1);
  });

  test('gives the same bits again, and others for another seed', () => {
    const bits = (seed: number) =>
      JSON.stringify(encodeModel(trainModel(world, { ...PARAMETERS, seed })));
    expect(bits(7)).toBe(bits(7));
    expect(bits(7)).not.toBe(bits(8));
  });

  test('the order of the columns does not matter when all are seen', () => {
    const whole = { ...PARAMETERS, columnShare: 1, rowShare: 1 };
    const turned = {
      ...world,
      features: world.features.toReversed(),
      columns: world.columns.toReversed(),
    };
    const scores = scoreRows(trainModel(world, whole), world.columns, world.rows);
    const other = scoreRows(trainModel(turned, whole), turned.columns, world.rows);
    expect(Math.max(...scores.map((score, i) => Math.abs(score - (other[i] ?? 0))))).toBeLessThan(
      1e-9,
    );
  });

  test('stops where the loss on rows held out is least', () => {
    const [rows, heldOut] = [world.rows.slice(0, 1500), world.rows.slice(1500)];
    const told: number[] = [];
    const model = trainModel(
      { ...world, rows },
      { ...PARAMETERS, trees: 500 },
      { heldOut, patience: 20, onTree: (count) => told.push(count) },
    );
    expect(told.length).toBeLessThan(500);
    expect(model.roots.length).toBe(told.length - 20);
  });

  test('without a fraud it gives the base rate', () => {
    const model = trainModel({ ...world, labels: new Uint8Array(2_000) }, PARAMETERS);
    const row = new Float64Array(4);
    readRow(world.columns, 0, row);
    expect(probability(margin(model, row))).toBeLessThan(0.001);
  });
});
