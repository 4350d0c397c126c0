import type { TreeNode } from './tree-grower.ts';

/**
 * A boosted ensemble in flat arrays. Node i is a leaf where `column[i]` is -1; else a row goes to
 * node `left[i]` if its value does not exceed `threshold[i]` or is missing, to `left[i] + 1` if it
 * does. The margin is `base` and the leaves' values added up; the probability its logistic.
 */
export interface TreeModel {
  readonly features: readonly string[];
  readonly base: number;
  /** First node of each tree. */
  readonly roots: Uint32Array;
  readonly column: Int16Array;
  readonly threshold: Float64Array;
  readonly left: Uint32Array;
  /** What a leaf adds to the margin. */
  readonly value: Float64Array;
  /** Learned rows that came to a node. */
  readonly cover: Uint32Array;
}

/** Lays trees out flat, breadth first; leaf values are multiplied by `scale`. */
export function flattenTrees(
  features: readonly string[],
  base: number,
  trees: readonly TreeNode[],
  scale: number,
): TreeModel {
  const nodes: TreeNode[] = [];
  const left: number[] = [];
  const roots: number[] = [];
  for (const tree of trees) {
    roots.push(nodes.length);
    nodes.push(tree);
    for (let i = roots.at(-1) ?? 0; i < nodes.length; i++) {
      const split = nodes[i]?.split;
      left.push(split ? nodes.length : 0);
      if (split) nodes.push(split.left, split.right);
    }
  }
  return {
    features,
    base,
    roots: Uint32Array.from(roots),
    column: Int16Array.from(nodes, ({ split }) => split?.column ?? -1),
    threshold: Float64Array.from(nodes, ({ split }) => split?.threshold ?? 0),
    left: Uint32Array.from(left),
    value: Float64Array.from(nodes, ({ split, value }) => (split ? 0 : value * scale)),
    cover: Uint32Array.from(nodes, ({ cover }) => cover),
  };
}
