import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, 'main.ts');

/** What the command says, and its exit code. */
function run(...argv: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...argv], (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
    });
  });
}

test('one object for machines, and exit code 0 when nothing was found', async () => {
  const { code, stdout } = await run('--seed', '5', '--runs', '1', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ seed: 5, runs: 1, findings: [] });
}, 120_000);

test('what was found, its story and what makes it again, and exit code 1', async () => {
  const bug = ['--canary', 'host-books-no-balance'];
  const { code, stdout } = await run('--seed', '5', '--run', '16', ...bug);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ +[\d.]+ host: up$/m);
  expect(stdout).toMatch(/^FOUND {2}the kept balance of card:/m);
  expect(stdout).toContain(
    'again   npm run simulate -- --seed 5 --run 16 --canary host-books-no-balance\n',
  );
}, 120_000);

test('wrong options are exit code 2', async () => {
  expect((await run('--runs', 'many')).code).toBe(2);
});
