import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPacks } from '../certify/pack.ts';
import { VECTOR_KINDS } from '../certify/registry.ts';
import { runVectors, type VectorRun } from '../certify/run.ts';

const folder = path.resolve(import.meta.dirname, '../test-vectors');
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
const packs = readPacks([folder]);
const files = packs.map(({ name }) => path.relative(folder, name));

/** What the schema of its kind says against a file of vectors. */
function faults(file: { kind: string }): readonly unknown[] {
  const validate = new Ajv().compile(read(`schema/${file.kind}.schema.json`));
  validate(file);
  return validate.errors ?? [];
}

test.each(files)('%s is valid by the schema of its kind', (name) => {
  expect(faults(read(name))).toEqual([]);
});

test('a file that is not is caught', () => {
  const [name = ''] = files;
  const file = read(name);
  expect(faults({ ...file, vectors: [] })).not.toEqual([]);
  expect(faults({ ...file, source: '' })).not.toEqual([]);
});

test.each(packs)('$name has no fault that the runner sees', (file) => {
  expect(file.faults).toEqual([]);
});

test('no two vectors of a kind have the same id', () => {
  const ids = packs.flatMap(({ kind, vectors }) => vectors.map(({ id }) => `${kind} ${id}`));
  expect(new Set(ids).size).toBe(ids.length);
});

test('every kind that can be run has a schema, and vectors that pass and that are refused', () => {
  for (const kind of VECTOR_KINDS.keys()) {
    const results = packs.filter((f) => f.kind === kind).flatMap((f) => f.vectors);
    expect(
      results.filter(({ result }) => result === 'valid'),
      kind,
    ).not.toEqual([]);
    expect(readdirSync(path.join(folder, 'schema'))).toContain(`${kind}.schema.json`);
  }
});

test('every kind of error that kernel/keys gives is asked for by a vector', () => {
  const keys = path.resolve(folder, '../kernel/keys');
  const sources = readdirSync(keys).filter((name) => !name.includes('.test.'));
  const text = sources.map((name) => readFileSync(path.join(keys, name), 'utf8')).join('\n');
  const given = new Set([...text.matchAll(/malformed\(\s*'([a-z-]+)'/g)].map(([, kind]) => kind));
  const asked = packs.flatMap((f) => f.vectors.map(({ expect: { error } }) => error));
  expect(given.size).toBeGreaterThan(45);
  // A vector's keys are checked to be hex before the kernel sees them; `secret-key.test.ts` has it.
  expect([...given].filter((kind) => kind !== 'bad-key' && !asked.includes(kind ?? ''))).toEqual(
    [],
  );
});

test('every kind that can be run has a row in the README', () => {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, kind]) => kind);
  expect(rows).toEqual(expect.arrayContaining([...VECTOR_KINDS.keys()]));
});

describe('the kernel', () => {
  let runs: readonly VectorRun[] = [];
  beforeAll(async () => {
    runs = await runVectors(packs, { mutations: true, deadlineMs: 60_000 });
  }, 600_000);

  test.each(packs)('passes every vector of $name', ({ name, vectors }) => {
    const own = runs.filter(({ file }) => file === name);
    expect(own).toHaveLength(vectors.length);
    expect(own.flatMap(({ id, failure }) => (failure ? [{ id, ...failure }] : []))).toEqual([]);
  });

  test.each(packs)('refuses every damaged input made of $name', ({ name }) => {
    const own = runs.filter(({ file }) => file === name);
    expect(own.filter(({ mutationsEnd }) => mutationsEnd)).toEqual([]);
    expect(
      own.flatMap(({ id, mutations }) => (mutations?.failures ?? []).map((f) => ({ id, ...f }))),
    ).toEqual([]);
  });
});
