import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../test-vectors');
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.json') && !file.startsWith('schema'));

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

test('no two vectors of a kind have the same id', () => {
  const ids = files.flatMap((name) => {
    const { kind, vectors } = read(name);
    return vectors.map((vector: { id: string }) => `${kind} ${vector.id}`);
  });
  expect(new Set(ids).size).toBe(ids.length);
});
