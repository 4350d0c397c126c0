import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const HELP = `Checks the code: format, types by layer, who imports whom, what is unused, tests.

  npm run check
  npm run check -- --static   all but the tests
`;

const root = path.resolve(import.meta.dirname, '..');

interface Step {
  readonly name: string;
  /** A file below node_modules, or a script of ours. */
  readonly script: string;
  readonly args: readonly string[];
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const steps = argv.includes('--static') ? STATIC : [...STATIC, TESTS];
  const failed: string[] = [];
  for (const step of steps) {
    const started = performance.now();
    const passed = await run(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (!passed) failed.push(step.name);
    process.stderr.write(`${passed ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

const LAYERS = readdirSync(root).filter((name) =>
  existsSync(path.join(root, name, 'tsconfig.json')),
);

const STATIC: readonly Step[] = [
  {
    name: 'format and lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings'],
  },
  ...['.', ...LAYERS].map((layer) => ({
    name: `types of ${layer === '.' ? 'the tests' : layer}`,
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', layer],
  })),
  {
    name: 'who imports whom',
    script: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', ...LAYERS, 'checks'],
  },
  { name: 'what is unused', script: 'node_modules/knip/bin/knip.js', args: [] },
];

const TESTS: Step = { name: 'tests', script: 'scripts/test.ts', args: [] };

function run({ script, args }: Step): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

process.exitCode = await main(process.argv.slice(2));
