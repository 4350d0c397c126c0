import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { judge } from '../certify/judge.ts';
import { readVectorText } from '../certify/pack-text.ts';
import { VECTOR_KINDS } from '../certify/registry.ts';

const root = path.resolve(import.meta.dirname, '..');
const document = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');

/** A block of code in a page, with the heading it stands under. */
interface Example {
  readonly name: string;
  readonly code: string;
}

function examples(text: string, language: string): readonly Example[] {
  const found: Example[] = [];
  let heading = 'Beginning';
  for (const [, title, of, code = ''] of text.matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (of === language) found.push({ name: `${heading} ${found.length + 1}`, code });
  }
  return found;
}

// Within the tree, so that `#kernel/…` means what it means everywhere.
mkdirSync(path.join(root, '.tessera'), { recursive: true });
const folder = mkdtempSync(path.join(root, '.tessera', 'examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plant({ name, code }: Example): string {
  const file = path.join(folder, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.ts`);
  writeFileSync(file, `${code}\nexport {};\n`);
  return file;
}

/** What the example printed, a line each. */
async function printed(example: Example): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...parts) => {
    lines.push(parts.map(String).join(' '));
  });
  try {
    await import(plant(example));
  } finally {
    log.mockRestore();
  }
  return lines;
}

const promised = ({ code }: Example): readonly string[] =>
  [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line = '']) => line);

function compilerErrors(files: readonly string[]): readonly string[] {
  const config = path.join(root, 'kernel/tsconfig.json');
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host);
  // What the reader's own program has, and the kernel has not.
  const lib = ['lib.es2023.d.ts', 'lib.dom.d.ts'];
  const program = ts.createProgram(files, { ...parsed?.options, lib });
  return ts
    .getPreEmitDiagnostics(program)
    .map((found) => ts.flattenDiagnosticMessageText(found.messageText, ' '));
}

const integrating = examples(document('INTEGRATING.md'), 'ts');

describe('docs/INTEGRATING.md', () => {
  test.each(integrating)('$name prints what it says', async (example) => {
    expect(promised(example)).not.toEqual([]);
    expect(await printed(example)).toEqual(promised(example));
  });

  test('all of it compiles', () => {
    expect(compilerErrors(integrating.map(plant))).toEqual([]);
  });

  test('each is about ten lines long, imports apart', () => {
    for (const { name, code } of integrating) {
      const lines = code.split('\n').filter((line) => line !== '' && !line.startsWith('import'));
      expect(lines.length, name).toBeLessThanOrEqual(12);
    }
  });

  test('an example that lies is caught', async () => {
    const code =
      "import { hex } from '#kernel/bytes/hex.ts';\nconsole.log(hex('00').length); // → 2\n";
    const lie = { name: 'lie', code };
    expect(await printed(lie)).not.toEqual(promised(lie));
    expect(compilerErrors([plant({ name: 'wrong', code: 'console.log(nothing);' })])).not.toEqual(
      [],
    );
  });
});

test('the pack in docs/CERTIFY.md runs', () => {
  const packs = examples(document('CERTIFY.md'), 'json');
  expect(packs).toHaveLength(1);
  for (const { code } of packs) {
    const { kind, vectors, faults } = readVectorText(new TextEncoder().encode(code));
    expect(faults).toEqual([]);
    const runner = VECTOR_KINDS.get(kind);
    if (!runner) throw new Error(`there is no kind ${kind}`);
    expect(vectors.map((vector) => judge(runner, vector))).toEqual([undefined, undefined]);
  }
});
