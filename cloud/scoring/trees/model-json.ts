import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import type { TreeModel } from './model.ts';

const FORMAT = 'tessera-tree-model-1';

/** A model as JSON: `-Infinity`, which JSON has not, is null among the thresholds. */
export interface TreeModelJson {
  readonly format: typeof FORMAT;
  readonly features: readonly string[];
  readonly base: number;
  readonly roots: readonly number[];
  readonly column: readonly number[];
  readonly threshold: readonly (number | null)[];
  readonly left: readonly number[];
  readonly value: readonly number[];
  readonly cover: readonly number[];
}

/** Why a model was refused; `offset` counts entries of the list at `path`. */
export type ModelFault = Malformed<
  'bad-format' | 'bad-list' | 'bad-length' | 'bad-node' | 'bad-number'
>;

/** A model as plain data; numbers keep all their bits. */
export function encodeModel(model: TreeModel): TreeModelJson {
  const { features, base, roots, column, threshold, left, value, cover } = model;
  return {
    format: FORMAT,
    features,
    base,
    roots: [...roots],
    column: [...column],
    threshold: Array.from(threshold, (one) => (one === Number.NEGATIVE_INFINITY ? null : one)),
    left: [...left],
    value: [...value],
    cover: [...cover],
  };
}

/** Reads a model from parsed JSON. One that is accepted ends on a leaf for every row. */
export function parseModel(json: unknown): Result<TreeModel, ModelFault> {
  const given = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const { format, features, base } = given;
  if (format !== FORMAT) return malformed('bad-format', 'format', 0);
  if (!Array.isArray(features) || !features.every((name) => typeof name === 'string'))
    return malformed('bad-list', 'features', 0);
  if (!Number.isFinite(base)) return malformed('bad-number', 'base', 0);
  const lists = new Map<string, readonly number[]>();
  for (const path of ['roots', ...NODE_LISTS]) {
    const list = readNumbers(given[path], path);
    if (!list.ok) return list;
    lists.set(path, list.value);
  }
  const numbers = (path: string): readonly number[] => lists.get(path) ?? [];
  const length = numbers('column').length;
  for (const path of NODE_LISTS)
    if (numbers(path).length !== length) return malformed('bad-length', path, length);
  const model: TreeModel = {
    features,
    base: base as number,
    roots: Uint32Array.from(numbers('roots')),
    column: Int16Array.from(numbers('column')),
    threshold: Float64Array.from(numbers('threshold')),
    left: Uint32Array.from(numbers('left')),
    value: Float64Array.from(numbers('value')),
    cover: Uint32Array.from(numbers('cover')),
  };
  return findBadNode(model, numbers) ?? ok(model);
}

const NODE_LISTS = ['column', 'threshold', 'left', 'value', 'cover'];

function readNumbers(list: unknown, path: string): Result<readonly number[], ModelFault> {
  if (!Array.isArray(list)) return malformed('bad-list', path, 0);
  const numbers = list.map((one: unknown) =>
    path === 'threshold' && one === null ? Number.NEGATIVE_INFINITY : one,
  );
  const isNumber = (one: unknown): one is number =>
    typeof one === 'number' && (Number.isFinite(one) || path === 'threshold');
  const bad = numbers.findIndex((one) => !isNumber(one));
  return bad < 0 ? ok(numbers as number[]) : malformed('bad-number', path, bad);
}

/** Sides come after their node, so that no way goes round; covers are those of the sides. */
function findBadNode(
  { features, roots, column, left, cover }: TreeModel,
  numbers: (path: string) => readonly number[],
): { readonly ok: false; readonly error: ModelFault } | undefined {
  const bad = (path: string, i: number) => malformed('bad-node' as const, path, i);
  const { length } = column;
  for (const [path, stored] of [
    ['column', column],
    ['left', left],
    ['cover', cover],
    ['roots', roots],
  ] as const) {
    const given = numbers(path);
    const changed = given.findIndex((one, i) => one !== stored[i]);
    if (changed >= 0) return bad(path, changed);
  }
  for (const [i, root] of roots.entries()) if (root >= length) return bad('roots', i);
  for (let i = 0; i < length; i++) {
    const at = column[i] ?? -1;
    if (at < -1 || at >= features.length) return bad('column', i);
    if (at < 0) continue;
    const side = left[i] ?? 0;
    if (side <= i || side + 1 >= length) return bad('left', i);
    if ((cover[side] ?? 0) + (cover[side + 1] ?? 0) !== cover[i] || cover[i] === 0)
      return bad('cover', i);
  }
  return undefined;
}
