import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const SOURCES = ['renderer', 'bridge', 'kernel/transaction', 'package-lock.json'];

/** What is built: its folder, where it goes (which its own vite.config.ts says too), its name. */
const SCREENS = {
  till: { folder: 'renderer', built: 'dist/renderer', name: 'the screens' },
  operations: {
    folder: 'renderer/operations',
    built: 'dist/operations',
    name: 'the operations page',
  },
} as const;

/**
 * Builds the till's screens or the operations page when their sources have changed since the last
 * build. False when the build failed.
 */
export async function buildRenderer(
  root: string,
  screens: keyof typeof SCREENS,
  say: (sentence: string) => void,
): Promise<boolean> {
  const { folder, built: place, name } = SCREENS[screens];
  const stamp = path.join(root, place, '.sources');
  const digest = await digestOf(SOURCES.map((source) => path.join(root, source)));
  const built = await readFile(stamp, 'utf8').catch(() => '');
  if (built === digest) return true;
  const started = performance.now();
  say(`Building ${name}.`);
  if (!(await viteBuild(root, folder))) return false;
  await writeFile(stamp, digest);
  say(`Built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return true;
}

function viteBuild(root: string, folder: string): Promise<boolean> {
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', folder, '--logLevel', 'warn'];
  const env = { ...process.env, NODE_ENV: 'production' };
  const build = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2], env });
  return new Promise((resolve) => {
    build.once('error', () => resolve(false));
    build.once('exit', (code) => resolve(code === 0));
  });
}

async function digestOf(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesBelow(source)) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesBelow(place: string): Promise<readonly string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(
    () => undefined,
  );
  if (!entries) return [place];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
