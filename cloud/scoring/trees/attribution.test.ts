import { expect, test } from 'vitest';
import { attribute } from './attribution.ts';
import type { TreeModel } from './model.ts';
import { margin, readRow } from './score.ts';
import { PARAMETERS, smallWorld } from './small-world.fixture.ts';
import { trainModel } from './train.ts';

const world = smallWorld(500);
const model = trainModel(world, { ...PARAMETERS, trees: 5, columnShare: 1 });

/** The mean margin when only some features are known, by the definition. */
function knowing(known: ReadonlySet<number>, row: Float64Array): number {
  const { roots, column, left, threshold, value, cover }: TreeModel = model;
  const walk = (node: number): number => {
    const at = column[node] ?? -1;
    if (at < 0) return value[node] ?? 0;
    const side = left[node] ?? 0;
    if (known.has(at)) return walk(side + ((row[at] ?? 0) > (threshold[node] ?? 0) ? 1 : 0));
    const [a, b] = [cover[side] ?? 0, cover[side + 1] ?? 0];
    return (a * walk(side) + b * walk(side + 1)) / (a + b);
  };
  return roots.reduce((sum, root) => sum + walk(root), model.base);
}

function orders(of: readonly number[]): readonly (readonly number[])[] {
  if (of.length === 0) return [[]];
  return of.flatMap((one) => orders(of.filter((x) => x !== one)).map((rest) => [one, ...rest]));
}

test.each([0, 1, 2, 3, 17, 99, 250])('row %i: the mean over all orders, by brute force', (at) => {
  const row = new Float64Array(4);
  readRow(world.columns, at, row);
  const shapley = [0, 0, 0, 0];
  const all = orders([0, 1, 2, 3]);
  for (const order of all) {
    const known = new Set<number>();
    for (const feature of order) {
      const before = knowing(known, row);
      known.add(feature);
      shapley[feature] = (shapley[feature] ?? 0) + (knowing(known, row) - before) / all.length;
    }
  }
  const { expected, contributions } = attribute(model, row);
  expect(expected).toBeCloseTo(knowing(new Set(), row), 10);
  for (const [i, value] of contributions.entries()) expect(value).toBeCloseTo(shapley[i] ?? 0, 10);
});

test('contributions and the expected margin add up to the margin', () => {
  const row = new Float64Array(4);
  for (const at of world.rows) {
    readRow(world.columns, at, row);
    const { expected, contributions } = attribute(model, row);
    const sum = contributions.reduce((total, one) => total + one, expected);
    expect(Math.abs(sum - margin(model, row))).toBeLessThan(1e-12);
  }
});
