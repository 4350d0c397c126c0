import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCluster } from './cluster.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const never = new AbortController().signal;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-cluster-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function startAndStop(dataDir: string): Promise<string> {
  const cluster = await startCluster(dataDir, never);
  await cluster.stop();
  return cluster.how;
}

test('a cluster is made once and started afterwards, in a folder only we can enter', async () => {
  expect(await startAndStop(folder)).toBe('created');
  expect(await startAndStop(folder)).toBe('started');
});

test('and in a folder that everybody can pass through', async () => {
  await chmod(folder, 0o711);
  expect(await startAndStop(folder)).toBe('created');
});

test('given up before it began, it throws and leaves no cluster', async () => {
  await expect(startCluster(folder, AbortSignal.abort())).rejects.toThrow();
  expect(await startAndStop(folder)).toBe('created');
});

test.runIf(isRoot)('it works as an ordinary user', async () => {
  const NOBODY = 65_534;
  const dataDir = path.join(folder, 'data');
  await chmod(folder, 0o711);
  await mkdir(dataDir);
  await chown(dataDir, NOBODY, NOBODY);
  const module = path.join(import.meta.dirname, 'cluster.ts');
  const script = `
    const { startCluster } = await import(${JSON.stringify(module)});
    const cluster = await startCluster(process.argv[1], new AbortController().signal);
    console.log(process.getuid(), cluster.how);
    await cluster.stop();`;
  const args = ['--input-type=module', '-e', script, dataDir];
  const { stdout } = await run(process.execPath, args, { uid: NOBODY, gid: NOBODY, cwd: '/' });
  expect(stdout.trim()).toBe(`${NOBODY} created`);
});
