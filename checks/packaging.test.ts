import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROGRAMS } from '../scripts/start/build-program.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const configuration = parse(read('electron-builder.yml'));
const scheme = createRequire(import.meta.url)('app-builder-lib/scheme.json');
const validate = new Ajv({ strict: false, validateFormats: false }).compile(scheme);

test("electron-builder.yml is valid by electron-builder's own schema", () => {
  validate(configuration);
  expect(validate.errors ?? []).toEqual([]);
});

test('a wrong setting is caught', () => {
  expect(validate({ ...configuration, linux: { target: 7 } })).toBe(false);
  expect(validate({ ...configuration, notASetting: true })).toBe(false);
});

test('packs for Linux, Windows and macOS what the build makes', () => {
  expect(Object.keys(configuration)).toEqual(expect.arrayContaining(['linux', 'win', 'mac']));
  for (const folder of Object.keys(PROGRAMS)) {
    expect(configuration.files).toContain(`dist/${folder}/**`);
  }
  expect(configuration.extraMetadata.main).toBe('dist/electron/main.mjs');
});

test('Electron is pinned to one version', () => {
  expect(JSON.parse(read('package.json')).devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
});
