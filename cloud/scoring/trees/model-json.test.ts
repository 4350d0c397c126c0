import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeModel, parseModel } from './model-json.ts';
import { PARAMETERS, smallWorld } from './small-world.fixture.ts';
import { trainModel } from './train.ts';

const model = trainModel(smallWorld(500), { ...PARAMETERS, trees: 3 });
const json = JSON.parse(JSON.stringify(encodeModel(model)));

test('a model is the same after it was written and read', () => {
  expect(model.threshold).toContain(Number.NEGATIVE_INFINITY);
  expect(parseModel(json)).toEqual({ ok: true, value: model });
});

test.each([
  [{ format: 'other' }, 'bad-format', 'format', 0],
  [{ features: 'a' }, 'bad-list', 'features', 0],
  [{ base: null }, 'bad-number', 'base', 0],
  [{ value: undefined }, 'bad-list', 'value', 0],
  [{ value: json.value.with(2, '1') }, 'bad-number', 'value', 2],
  [{ value: json.value.slice(1) }, 'bad-length', 'value', json.column.length],
  [{ column: json.column.with(0, 4) }, 'bad-node', 'column', 0],
  [{ column: json.column.with(0, 0.5) }, 'bad-node', 'column', 0],
  [{ left: json.left.with(0, 0) }, 'bad-node', 'left', 0],
  [{ left: json.left.with(0, json.left.length - 1) }, 'bad-node', 'left', 0],
  [{ cover: json.cover.with(0, 1) }, 'bad-node', 'cover', 0],
  [{ roots: json.roots.with(1, 10_000) }, 'bad-node', 'roots', 1],
])('%j is refused', (change, kind, path, offset) => {
  const parsed = parseModel({ ...json, ...change });
  expect(parsed).toEqual({ ok: false, error: { kind, path, offset } });
});

test('arbitrary JSON never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseModel(value).ok).toBe(false);
    }),
  );
});
