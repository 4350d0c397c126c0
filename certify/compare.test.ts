import { expect, test } from 'vitest';
import { findDifferences } from './compare.ts';
import type { Json } from './vector-kind.ts';

const tree = {
  tree: [{ tag: '9F26', value: 'AB' }, { tag: '95' }],
  fields: { 2: '41AB', 43: 'ab' },
};
const parsed = (text: string): Json => JSON.parse(text);

test.each<[Json, Json]>([
  [tree, tree],
  [{}, tree],
  [{ tree: [{ tag: '9f26' }, {}] }, tree],
  [{ fields: { 43: 'ab' } }, tree],
  [null, null],
  [parsed('{"__proto__": {"a": "1"}}'), parsed('{"__proto__": {"a": "1", "b": 2}}')],
])('%j is within the actual', (expected, actual) => {
  expect(findDifferences(expected, actual)).toEqual([]);
});

test.each<[Json, Json, string]>([
  [{ tree: [{ tag: '9F26' }] }, tree, 'tree'],
  [{ tree: [{ tag: '9F26' }, { tag: '82' }] }, tree, 'tree.1.tag'],
  [{ tree: [{ tag: '9F26', value: 'AC' }, {}] }, tree, 'tree.0.value'],
  [{ tree: [{ tag: '9F26', children: [] }, {}] }, tree, 'tree.0.children'],
  [{ fields: { 43: 'AB' } }, tree, 'fields.43'],
  [{ a: 'xyz' }, { a: 'XYZ' }, 'a'],
  [{ a: 'abc' }, { a: 'ABC' }, 'a'],
  [{ a: 1 }, { a: '1' }, 'a'],
  [{ a: null }, {}, 'a'],
  [{ a: [] }, { a: {} }, 'a'],
  [{ a: {} }, { a: [] }, 'a'],
  [{ a: {} }, { a: null }, 'a'],
  [{ constructor: {} }, {}, 'constructor'],
  [parsed('{"__proto__": {}}'), {}, '__proto__'],
  [[1, 2], [2, 1], '0'],
])('%j differs from %j at %s', (expected, actual, place) => {
  expect(findDifferences(expected, actual)[0]?.path).toBe(place);
});
