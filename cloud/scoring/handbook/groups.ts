/** The rows of each customer, or of each terminal, in order of time. */
export interface Groups {
  /** Rows, those of group 0 first. */
  readonly rows: Uint32Array;
  /** Where a group begins in `rows`; one entry more than there are groups. */
  readonly starts: Uint32Array;
}

/** Sorts rows by group, keeping their order within. */
export function groupRows(group: Uint32Array, groupCount: number): Groups {
  const starts = new Uint32Array(groupCount + 1);
  for (const one of group) starts[one + 1] = (starts[one + 1] ?? 0) + 1;
  for (let i = 0; i < groupCount; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const next = starts.slice();
  const rows = new Uint32Array(group.length);
  for (let i = 0; i < group.length; i++) {
    const at = next[group[i] ?? 0] ?? 0;
    rows[at] = i;
    next[group[i] ?? 0] = at + 1;
  }
  return { rows, starts };
}

/** The rows of one group. */
export function rowsOfGroup({ rows, starts }: Groups, group: number): Uint32Array {
  return rows.subarray(starts[group], starts[group + 1]);
}
