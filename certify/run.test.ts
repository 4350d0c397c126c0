import { describe, expect, test } from 'vitest';
import type { VectorFile } from './pack.ts';
import type { Vector } from './pack-text.ts';
import { runVectors } from './run.ts';
import type { JsonObject } from './vector-kind.ts';

const registryUrl = new URL('./doubles.fixture.ts', import.meta.url).href;

function vector(id: string, input: JsonObject, expected: JsonObject = {}): Vector {
  return { id, result: 'error' in expected ? 'invalid' : 'valid', input, expect: expected };
}

function file(kind: string, ...vectors: readonly Vector[]): VectorFile {
  const name = `${kind}.json`;
  return { name, sha256: '', lengthBytes: 0, kind, source: 's', vectors, faults: [] };
}

const good = file('double.echo', vector('good', { a: '0A' }, { a: '0a' }));
const reasons = async (...files: VectorFile[]): Promise<readonly (string | undefined)[]> => {
  const runs = await runVectors(files, { registryUrl });
  return runs.map(({ failure }) => failure?.reason);
};

describe('a vector passes or fails for a reason', () => {
  test.each([
    [vector('as expected', { a: 1, b: 2 }, { a: 1 }), undefined],
    [vector('other value', { a: 1 }, { a: 2 }), 'mismatch'],
    [vector('refused', { refuse: true }, {}), 'refused'],
    [vector('refused as it must be', { refuse: true }, { error: 'told-to' }), undefined],
    [vector('refused somehow', { refuse: true }, { error: '*' }), undefined],
    [vector('refused there', { refuse: true }, { error: '*', offset: 3 }), undefined],
    [vector('refused elsewhere', { refuse: true }, { error: '*', offset: 4 }), 'wrong-error'],
    [vector('for another reason', { refuse: true }, { error: 'other' }), 'wrong-error'],
    [vector('accepted', {}, { error: '*' }), 'accepted'],
  ])('$id', async (one, reason) => {
    expect(await reasons(file('double.echo', one))).toEqual([reason]);
  });
});

describe('the run goes on after', () => {
  test.each([
    ['double.throws', 'crashed', {}],
    ['double.hangs', 'hang', {}],
    ['double.memory', 'crashed', {}],
    ['double.untyped', 'crashed', {}],
    ['double.untyped', 'crashed', { ok: true }],
    ['double.nowhere', 'unknown-kind', {}],
    ['constructor', 'unknown-kind', {}],
  ])('%s: %s %o', async (kind, reason, input) => {
    const deadlineMs = reason === 'hang' ? 1000 : 15_000;
    const bad = file(kind, vector('bad', input, { f: 1 }));
    const runs = await runVectors([good, bad, good], { registryUrl, deadlineMs });
    expect(runs.map(({ failure }) => failure?.reason)).toEqual([undefined, reason, undefined]);
  });
});

describe('mutations', () => {
  const weak = vector('weak', { weak: true });
  const run = (...files: VectorFile[]) =>
    runVectors(files, { registryUrl, mutations: true, deadlineMs: 1000 });

  test('are counted by damage, and those that were not refused are listed', async () => {
    const [only] = await run(file('double.echo', weak));
    expect(only?.mutations?.tallies).toEqual([
      { damage: 'digit', made: 1, refused: 1, accepted: 0, crashed: 0 },
      { damage: 'tag', made: 1, refused: 0, accepted: 1, crashed: 0 },
    ]);
    expect(only?.mutations?.failures).toMatchObject([{ name: 'accepted', reason: 'accepted' }]);
  });

  test('are made of valid vectors that passed only', async () => {
    const invalid = vector('invalid', { refuse: true }, { error: '*' });
    const [first, second] = await run(
      file('double.echo', invalid, vector('failed', { a: 1 }, { a: 2 })),
    );
    expect(first?.mutations?.tallies).toEqual([]);
    expect(second?.mutations?.tallies).toEqual([]);
  });

  test('are not made for a kind that is not known', async () => {
    const runs = await run(file('double.nowhere', vector('bad', {})), good);
    expect(runs.map(({ failure }) => failure?.reason)).toEqual(['unknown-kind', undefined]);
    expect(runs.map(({ mutationsEnd }) => mutationsEnd)).toEqual([undefined, undefined]);
  });

  test('one that never ends is told, and the run goes on', async () => {
    const runs = await run(file('double.hangs', vector('ends', { end: true })), good);
    expect(runs.map((r) => [r.id, r.failure, r.mutationsEnd])).toEqual([
      ['ends', undefined, 'hang'],
      ['good', undefined, undefined],
    ]);
  });
});

test('a filter looks at file, kind and id, in any case', async () => {
  const other = file('double.throws', vector('other', {}));
  const ids = async (filter: string) =>
    (await runVectors([good, other], { registryUrl, filter })).map(({ id }) => id);
  expect(await ids('GOOD')).toEqual(['good']);
  expect(await ids('throws')).toEqual(['other']);
  expect(await ids('.json')).toEqual(['good', 'other']);
  expect(await ids('nothing')).toEqual([]);
});

test('kinds that cannot be loaded are an error, not an endless restart', async () => {
  const nowhere = new URL('./nowhere.ts', import.meta.url).href;
  await expect(runVectors([good], { registryUrl: nowhere })).rejects.toThrow('cannot be loaded');
});
