import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPacks } from './pack.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-pack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const VECTOR = { id: 'a', result: 'valid', input: {}, expect: {} };
const FILE = { schema: 'tessera-vectors-1', kind: 'k', source: 's', vectors: [VECTOR] };

function write(name: string, content: unknown): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(file, isRaw ? content : JSON.stringify(content));
  return file;
}

const faults = (...places: string[]): readonly string[] =>
  readPacks(places).flatMap((file) => file.faults.map(({ kind }) => kind));

test('reads a file with its hash', () => {
  const name = write('a.json', FILE);
  const sha256 = createHash('sha256').update(JSON.stringify(FILE)).digest('hex').toUpperCase();
  expect(readPacks([name])).toMatchObject([{ name, sha256, kind: 'k', source: 's', faults: [] }]);
  expect(readPacks([name])[0]?.vectors).toEqual([VECTOR]);
});

test('reads a folder with all below it, in order, each file once, schemas left out', () => {
  const names = [write('a.json', FILE), write('b/c/d.json', { ...FILE, kind: 'l' })];
  write('schema/k.schema.json', {});
  write('README.md', 'x');
  symlinkSync(folder, path.join(folder, 'b', 'again'));
  expect(readPacks([folder, ...names]).map(({ name }) => name)).toEqual(names);
});

describe('what is wrong with a file is named', () => {
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  test.each<[string, unknown, string[]]>([
    ['no JSON', '{', ['not-json']],
    ['nothing', '', ['not-json']],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), ['not-json']],
    ['no object', [], ['wrong-envelope']],
    ['null', null, ['wrong-envelope']],
    ['another schema', { ...FILE, schema: 'tessera-vectors-2' }, ['wrong-envelope']],
    ['no kind', { ...FILE, kind: 7 }, ['wrong-envelope']],
    ['no source', { ...FILE, source: '' }, ['wrong-envelope']],
    ['no vectors', { ...FILE, vectors: [] }, ['wrong-envelope']],
    ['deep', `{"a":${deep(100_000)}}`, ['too-deep']],
    ['no id', { ...FILE, vectors: [{ ...VECTOR, id: '' }] }, ['bad-vector']],
    ['no result', { ...FILE, vectors: [{ ...VECTOR, result: 'maybe' }] }, ['bad-vector']],
    ['no error', { ...FILE, vectors: [{ ...VECTOR, result: 'invalid' }] }, ['bad-vector']],
    ['input is a list', { ...FILE, vectors: [{ ...VECTOR, input: [] }] }, ['bad-vector']],
    ['one id twice', { ...FILE, vectors: [VECTOR, VECTOR] }, ['duplicate-id']],
    [
      'each is named',
      { ...FILE, vectors: [VECTOR, 1, VECTOR, 2] },
      ['bad-vector', 'bad-vector', 'duplicate-id'],
    ],
  ])('%s', (_, content, expected) => {
    expect(faults(write('a.json', content))).toEqual(expected);
  });

  test('the other vectors of the file are still there', () => {
    const [file] = readPacks([write('a.json', { ...FILE, vectors: [{}, VECTOR] })]);
    expect(file?.vectors).toEqual([VECTOR]);
    expect(file?.faults[0]?.detail).toMatch('/vectors/0: must have required property');
  });

  test('a file that is too large is not read', () => {
    expect(faults(write('a.json', new Uint8Array(32 * 1024 * 1024 + 1)))).toEqual(['too-large']);
  });

  test('one id in two files of a place is, one in two places is not', () => {
    const [one, two] = [write('x/a.json', FILE), write('x/b.json', FILE)];
    expect(faults(path.dirname(one))).toEqual(['duplicate-id']);
    expect(faults(one, two)).toEqual([]);
  });
});

test('a member named __proto__ changes nothing but itself', () => {
  const text = JSON.stringify(FILE).replace('"input":{}', '"input":{"__proto__":{"polluted":1}}');
  const [file] = readPacks([write('a.json', text)]);
  expect(Object.getPrototypeOf(file?.vectors[0]?.input)).toBe(Object.prototype);
  expect(Object.hasOwn(file?.vectors[0]?.input ?? {}, '__proto__')).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a place that is not there is told to the caller', () => {
  expect(() => readPacks([path.join(folder, 'nowhere')])).toThrow('ENOENT');
});
