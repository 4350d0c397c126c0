import { describe, expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';
import { styleFaults } from './style.ts';

describe('every file keeps the style', () => {
  test.each(sourceFiles('.ts', '.tsx', '.mjs', '.cjs'))('$name', (file) => {
    expect(styleFaults(file)).toEqual([]);
  });
});

describe('each rule catches its canary', () => {
  const lines = (count: number): string => 'const a = 1;\n'.repeat(count);
  test.each([
    ['a/Big.ts', 'export {};', 'the name is not kebab-case'],
    ['a/utils.ts', 'export {};', 'the name says nothing'],
    ['a/key-manager.ts', 'export {};', 'nothing is a manager'],
    ['a/b.ts', lines(301), 'the file has 301 lines'],
    ['a/b.ts', `// ${'x'.repeat(98)}`, 'line 1 has over 100 characters'],
    ['a/b.ts', `function f() {\n${lines(69)}}`, 'the function at line 1 has 71 lines'],
    ['a/b.ts', `const f = () => {\n${lines(69)}};`, 'the function at line 1 has 71 lines'],
    ['a/b.ts', `class A { m() {\n${lines(69)}} }`, 'the function at line 1 has 71 lines'],
    ['a/b.ts', 'export default 1;', 'it has a default export'],
    ['a/b.ts', 'export default function f() {}', 'it has a default export'],
    ['a/b.ts', "export * from './c.ts';", 'it is a barrel'],
  ])('%s', (name, text, fault) => {
    expect(styleFaults({ name, text })).toEqual([fault]);
  });

  test.each([
    ['a/dictionary/b.ts', lines(301)],
    ['a/specs/b.ts', lines(301)],
    ['a/b.test.ts', `describe('x', () => {\n${lines(80)}});`],
    ['a.config.ts', 'export default {};'],
    ['a/b.ts', `function f() {\n${lines(68)}}`],
  ])('%s may', (name, text) => {
    expect(styleFaults({ name, text })).toEqual([]);
  });
});
