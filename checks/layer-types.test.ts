import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { afterEach, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const planted: string[] = [];
afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The codes of what the compiler says of `source` as a file of this layer. */
function compilerErrors(layer: string, source: string): readonly number[] {
  const folder = mkdtempSync(path.join(root, layer, 'canary-'));
  planted.push(folder);
  const file = path.join(folder, 'canary.ts');
  writeFileSync(file, source);
  const config = path.join(root, layer, 'tsconfig.json');
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host);
  const program = ts.createProgram([file], parsed?.options ?? {});
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => diagnostic.code);
}

const UNKNOWN_NAME = [2304, 2552, 2580, 2584, 2591];

describe('the kernel and the bridge know nothing of Node or a browser', () => {
  test.each([
    ['kernel', 'export const a = process.pid;'],
    ['kernel', 'export const a = Buffer.alloc(1);'],
    ['kernel', 'setTimeout(() => undefined, 1);'],
    ['kernel', 'export const a = document.title;'],
    ['kernel', 'console.log(1);'],
    ['kernel', 'export const a = crypto.randomUUID();'],
    ['bridge', 'export const a = process.pid;'],
    ['bridge', 'export const a = window.name;'],
  ])('%s: %s', (layer, source) => {
    const errors = compilerErrors(layer, source);
    expect(errors.some((code) => UNKNOWN_NAME.includes(code))).toBe(true);
  });

  test('what belongs there compiles', () => {
    expect(compilerErrors('kernel', 'export const a = new Uint8Array(1);')).toEqual([]);
  });
});

describe('every layer is strict', () => {
  const layers = [
    'kernel',
    'bridge',
    'drivers',
    'wearable',
    'cloud',
    'certs',
    'certify',
    'terminal',
    'scripts',
  ];
  test.each([...layers, 'renderer'])('%s', (layer) => {
    // An element that may be absent, an enum, an optional set to undefined: none may compile.
    const source = [
      'export const a = (list: number[]): number => list[0];',
      'export enum B { c }',
      'export const d: { e?: number } = { e: undefined };',
    ].join('\n');
    expect(compilerErrors(layer, source)).toEqual(expect.arrayContaining([2322, 1294, 2375]));
  });
});
