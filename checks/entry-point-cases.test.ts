import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const { vectors } = JSON.parse(
  readFileSync(path.join(root, 'test-vectors/emv/entry-point.json'), 'utf8'),
) as { vectors: readonly { readonly id: string; readonly comment: string }[] };
const page = readFileSync(path.join(root, 'docs/EMV.md'), 'utf8');

interface Case {
  readonly id: string;
  readonly title: string;
}

/** The public list of titles, where somebody has put it beside the project. */
const LIST = path.join(root, '../shared/reference/entry-point-cases.json');
const listed: readonly Case[] = existsSync(LIST)
  ? JSON.parse(readFileSync(LIST, 'utf8')).cases
  : [];

/** Those that the kernel has no part in; the page gives the reason of each. */
const WITHOUT_VECTOR = ['2EA.005.01', '2EA.010.00', '2EA.010.01'];

/** The vector of a case: it has the case's id, with a suffix where two titles share one. */
function vectorsOf({ id, title }: Case) {
  return vectors.filter(
    (vector) => vector.id.startsWith(id) && normal(vector.comment).startsWith(normal(title)),
  );
}

function normal(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

function withoutVector(cases: readonly Case[]): readonly string[] {
  return cases.filter((one) => vectorsOf(one).length === 0).map(({ id }) => id);
}

test('of the 169 titles each has a vector, but for three with a reason', () => {
  const ids = new Set(vectors.map(({ id }) => /^2E[A-F]\.\d{3}\.\d{2}/.exec(id)?.[0]));
  ids.delete(undefined);
  // 169 titles have 167 identifiers: two are in the list twice.
  expect(ids.size).toBe(167 - WITHOUT_VECTOR.length);
  for (const id of WITHOUT_VECTOR) expect(ids.has(id)).toBe(false);
  for (const id of WITHOUT_VECTOR) expect(page).toContain(id);
});

test('the list of titles, where it is at hand, says the same', () => {
  expect([0, 169]).toContain(listed.length);
  expect(withoutVector(listed)).toEqual(listed.length === 0 ? [] : WITHOUT_VECTOR);
});

test('a title without a vector is caught', () => {
  expect(withoutVector([{ id: '2EB.013.01', title: 'Something else' }])).toEqual(['2EB.013.01']);
  const [first] = vectors;
  expect(withoutVector([{ id: first?.id ?? '', title: first?.comment ?? '' }])).toEqual([]);
});
