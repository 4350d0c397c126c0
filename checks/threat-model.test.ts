import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const DOCUMENT = 'docs/THREAT-MODEL.md';
const text = readFileSync(path.join(root, DOCUMENT), 'utf8');

/** A test that a page names: the text of its link is the title, as it stands in the file. */
interface NamedTest {
  readonly title: string;
  readonly file: string;
}

function namedTests(page: string): readonly NamedTest[] {
  const links = page.matchAll(/\[([^\]]+)\]\(\.\.\/([\w./-]+\.ts)\)/g);
  return [...links].map(([, title = '', file = '']) => ({ title, file }));
}

/** Those that are not there: no such file, or no test or group of tests with this title in it. */
function missing(tests: readonly NamedTest[]): readonly string[] {
  return tests
    .filter(({ title, file }) => {
      const name = path.join(root, file);
      if (!existsSync(name)) return true;
      const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const call = new RegExp(`(?:\\b(?:test|it|describe)|\\))\\(\\s*(['"\`])${escaped}\\1`);
      return !call.test(readFileSync(name, 'utf8'));
    })
    .map(({ title, file }) => `${file}: ${title}`);
}

/** Rows of tables about threats that neither name a test nor say that nothing stops it. */
function unshown(page: string): readonly string[] {
  const tables = page.split(/^\| threat \|.*\n\|[- |]+\n/m).slice(1);
  const rows = tables.flatMap((table) => table.split(/\n(?!\|)/, 1)[0]?.split('\n') ?? []);
  return rows.filter((row) => namedTests(row).length === 0 && !/^\|[^|]+\| Nothing/.test(row));
}

test('every test that the threat model names exists, in that file and of that title', () => {
  expect(missing(namedTests(text))).toEqual([]);
  expect(namedTests(text).length).toBeGreaterThan(80);
});

test('every threat has a test, or the page says that nothing stops it', () => {
  expect(unshown(text)).toEqual([]);
});

test('a test that is not there, and a threat without one, are caught', () => {
  const file = 'checks/threat-model.test.ts';
  const named = (title: string, where = file) => `[${title}](../${where})`;
  expect(missing(namedTests(named('no such')))).toEqual([`${file}: no such`]);
  expect(missing(namedTests(named('no such', 'checks/no.test.ts')))).toHaveLength(1);
  const rows = ['| a | b | | |', '| c | Nothing | | |', `| d | e | ${named('x')} | |`];
  const page = `| threat | what |\n| --- | --- |\n${rows.join('\n')}\n\nend\n`;
  expect(unshown(page)).toEqual(rows.slice(0, 1));
});

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly integrity?: string; readonly link?: boolean }>
  >;
}

test('every dependency has an exact version and a digest', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const versions = Object.entries({
    ...{ ...dependencies, ...devDependencies, ...optionalDependencies },
  });
  expect(versions.length).toBeGreaterThan(20);
  const inexact = versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(`${version}`));
  expect(inexact).toEqual([]);
  const lock: Lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages).filter(([name]) => name !== '');
  expect(packages.length).toBeGreaterThan(200);
  const without = packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
  expect(without.map(([name]) => name)).toEqual([]);
});
