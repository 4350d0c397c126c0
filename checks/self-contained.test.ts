import { expect, test } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.ts';

/** The tree speaks of the product alone: no place on somebody's machine, no registry's address. */
const FOREIGN = /\/(?:work|farm|home)\/[a-z]|\/tmp\/[a-z]|registry\.npmjs|deb\.debian/i;

function foreignLines({ name, text }: SourceFile): readonly string[] {
  return text.split('\n').flatMap((line, i) => (FOREIGN.test(line) ? [`${name}:${i + 1}`] : []));
}

test('no file names a place on one machine or a registry', () => {
  const files = sourceFiles('.ts', '.tsx', '.mjs', '.cjs', '.json', '.md', '.yml', '.css', 'run');
  const others = files.filter(({ name }) => name !== 'checks/self-contained.test.ts');
  expect(others.flatMap(foreignLines)).toEqual([]);
});

test('a canary is caught', () => {
  const text = `fine\nsee /${'home'}/somebody\n`;
  expect(foreignLines({ name: 'a.md', text })).toEqual(['a.md:2']);
});
