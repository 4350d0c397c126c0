import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { findDifferences } from '../certify/compare.ts';
import { readPacks } from '../certify/pack.ts';
import type { Vector } from '../certify/pack-text.ts';
import { VECTOR_KINDS } from '../certify/registry.ts';
import type { Json } from '../certify/vector-kind.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Every file of the kernel, tests apart, and the kinds of vectors, in one script. */
async function bundleKernel(extra = ''): Promise<string> {
  const files = readdirSync(path.join(root, 'kernel'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture|contract)\.ts$/.test(name));
  const imports = files.map((name, i) => {
    const file = JSON.stringify(path.join(root, 'kernel', name));
    return `import * as m${i} from ${file};`;
  });
  const source = [
    ...imports,
    `import { VECTOR_KINDS } from ${JSON.stringify(path.join(root, 'certify/registry.ts'))};`,
    `export const modules = [${files.map((_, i) => `m${i}`).join(', ')}];`,
    'export const run = (kind, input) =>',
    '  JSON.stringify(VECTOR_KINDS.get(kind).run(JSON.parse(input)));',
    extra,
  ].join('\n');
  const built = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    plugins: [
      {
        name: 'kernel-alone',
        resolveId: (id) => (id.endsWith('kernel-alone') ? '\0kernel-alone' : null),
        load: (id) => (id === '\0kernel-alone' ? source : null),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: 'es2024',
      lib: { entry: 'kernel-alone', formats: ['iife'], name: 'kernel', fileName: 'kernel' },
    },
  });
  const [output] = [built].flat();
  if (!output || !('output' in output)) throw new Error('nothing was built');
  return output.output[0].code;
}

/** A place with what ECMAScript itself defines, and nothing of Node or a browser. */
function bareContext(): object {
  const context = createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
  });
  runInContext('delete globalThis.console; delete globalThis.WebAssembly;', context);
  return context;
}

const packs = readPacks([path.join(root, 'test-vectors')]);
const firstOf = (kind: string): Vector | undefined =>
  packs
    .filter((file) => file.kind === kind)
    .flatMap(({ vectors }) => vectors)
    .find(({ result }) => result === 'valid');

let context = {};
beforeAll(async () => {
  context = bareContext();
  runInContext(await bundleKernel(), context);
}, 60_000);

test('the kernel loads where there is nothing but ECMAScript', () => {
  expect(runInContext('kernel.modules.length', context)).toBeGreaterThan(50);
  const absent = 'process,Buffer,require,setTimeout,TextEncoder,crypto,console,fetch,URL'.split(
    ',',
  );
  for (const name of absent)
    expect(runInContext(`typeof ${name}`, context), name).toBe('undefined');
});

test.each([...VECTOR_KINDS.keys()])('a vector of kind %s passes there', (kind) => {
  const vector = firstOf(kind);
  expect(vector, 'a valid vector').toBeDefined();
  const [name, input] = [kind, JSON.stringify(vector?.input)].map((text) => JSON.stringify(text));
  const call = `kernel.run(${name}, ${input})`;
  const result: { ok: boolean; value: Json } = JSON.parse(runInContext(call, context));
  expect(result).toMatchObject({ ok: true });
  expect(findDifferences(vector?.expect ?? {}, result.value)).toEqual([]);
});

test.each([
  'export const planted = process.pid;',
  'export const planted = new TextEncoder();',
  'export const planted = crypto.randomUUID();',
])('a canary is caught: %s', async (extra) => {
  const script = await bundleKernel(extra);
  expect(() => runInContext(script, bareContext())).toThrow('is not defined');
});
