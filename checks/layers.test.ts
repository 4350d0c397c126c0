import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const { forbidden, options } = createRequire(import.meta.url)(`${root}/.dependency-cruiser.cjs`);

/** One planted violation per rule: the rule, the file, and what it must not say. */
const CANARIES: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['kernel-imports-ours', 'kernel/a.ts', "import '../drivers/pcsc/real.ts';"],
  ['kernel-imports-npm', 'kernel/a.ts', "import 'pg';"],
  ['kernel-imports-node', 'kernel/a.ts', "import 'node:fs';"],
  ['drivers-imports-ours', 'drivers/x/a.ts', "import '../../kernel/tlv/real.ts';"],
  ['drivers-imports-ours', 'drivers/x/a.ts', "import '../pcsc/real.ts';"],
  ['wearable-imports-ours', 'wearable/a.ts', "import '../kernel/emv/real.ts';"],
  ['wearable-imports-ours', 'wearable/a.ts', "import '../kernel/keys/real.ts';"],
  ['bridge-imports-ours', 'bridge/a.ts', "import '../kernel/tlv/real.ts';"],
  ['bridge-imports-npm', 'bridge/a.ts', "import 'pg';"],
  ['bridge-imports-node', 'bridge/a.ts', "import 'node:fs';"],
  ['bridge-types-only', 'bridge/a.ts', "import { x } from '../kernel/transaction/real.ts'; x();"],
  ['renderer-imports-ours', 'renderer/a.ts', "import '../kernel/bytes/real.ts';"],
  ['renderer-imports-ours', 'renderer/a.ts', "import '../terminal/real.ts';"],
  ['renderer-imports-npm', 'renderer/a.ts', "import 'pg';"],
  ['renderer-imports-node', 'renderer/a.ts', "import 'node:fs';"],
  ['cloud-imports-ours', 'cloud/a.ts', "import '../terminal/real.ts';"],
  ['cloud-imports-ours', 'cloud/a.ts', "import '../wearable/real.ts';"],
  ['certs-imports-ours', 'certs/a.ts', "import '../certify/real.ts';"],
  ['certs-imports-ours', 'certs/a.ts', "import '../terminal/real.ts';"],
  ['certs-imports-npm', 'certs/a.ts', "import 'pg';"],
  ['cloud-imports-ours', 'cloud/a.ts', "import '../certs/real.ts';"],
  ['kernel-imports-ours', 'kernel/a.ts', "import '../certs/real.ts';"],
  ['certify-imports-ours', 'certify/a.ts', "import '../cloud/real.ts';"],
  ['terminal-imports-ours', 'terminal/a.ts', "import '../cloud/real.ts';"],
  ['terminal-imports-ours', 'terminal/a.ts', "import '../renderer/real.ts';"],
  ['tlv-below-emv', 'kernel/tlv/a.ts', "import '../emv/real.ts';"],
  ['no-cycles', 'kernel/a.ts', "import './b.ts';"],
  ['no-test-in-product', 'kernel/a.ts', "import './real.test.ts';"],
  ['resolvable', 'kernel/a.ts', "import './nowhere.ts';"],
];

/** What the canaries may find: one file in every place that somebody must not reach. */
const PLACES = [
  'kernel/bytes/real.ts',
  'kernel/tlv/real.ts',
  'kernel/emv/real.ts',
  'kernel/keys/real.ts',
  'kernel/transaction/real.ts',
  'kernel/real.test.ts',
  'drivers/pcsc/real.ts',
  'wearable/real.ts',
  'bridge/real.ts',
  'renderer/real.ts',
  'terminal/real.ts',
  'cloud/real.ts',
  'certs/real.ts',
  'certify/real.ts',
];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function plant(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-layers-'));
  folders.push(folder);
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), source);
  }
  symlinkSync(path.join(root, 'tsconfig.base.json'), path.join(folder, 'tsconfig.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

async function violatedRules(folder: string): Promise<readonly string[]> {
  const { doNotFollow, enhancedResolveOptions, tsPreCompilationDeps } = options;
  const cruised = await cruise(
    ['.'],
    { baseDir: folder, doNotFollow, tsPreCompilationDeps, ruleSet: { forbidden }, validate: true },
    { ...enhancedResolveOptions, symlinks: false },
  );
  const { summary } = cruised.output as ICruiseResult;
  return summary.violations.map((violation) => violation.rule.name);
}

const REAL = Object.fromEntries(PLACES.map((place) => [place, 'export const x = () => 1;\n']));

test('a tree without violations passes', async () => {
  const files = { ...REAL, 'kernel/a.ts': "import './bytes/real.ts';\n" };
  expect(await violatedRules(plant(files))).toEqual([]);
});

test.each(CANARIES)('%s catches %s: %s', async (rule, file, source) => {
  const back = { 'kernel/b.ts': "import './a.ts';\nexport const y = 1;\n" };
  const files = { ...REAL, ...back, [file]: `${source}\nexport const a = 1;\n` };
  expect(await violatedRules(plant({ 'kernel/a.ts': 'export {};\n', ...files }))).toContain(rule);
});

test('every rule has a canary', () => {
  const rules = forbidden.map((rule: { name: string }) => rule.name);
  expect(new Set(CANARIES.map(([rule]) => rule))).toEqual(new Set(rules));
});
