import { spawn } from 'node:child_process';
import { access, constants, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

const PROGRAMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'electron',
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

const FETCH_LIMIT_MS = 180_000;
/** After a failure the browser is used at once; the next day it is tried again. */
const RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Electron's program, fetched when it is not there yet. `undefined` where it cannot be fetched;
 * that is remembered for a day in `dataDir`.
 */
export async function findElectron(
  root: string,
  dataDir: string,
  say: (sentence: string) => void,
): Promise<string | undefined> {
  const folder = path.join(root, 'node_modules/electron');
  const program = path.join(folder, 'dist', PROGRAMS[process.platform] ?? '');
  if (await isExecutable(program)) return program;
  const failure = path.join(dataDir, 'electron-not-fetched');
  const failed = await stat(failure).catch(() => undefined);
  if (failed && Date.now() - failed.mtimeMs < RETRY_AFTER_MS) return undefined;
  say('Fetching Electron (about 110 MB, only now).');
  await runInstaller(path.join(folder, 'install.js'));
  if (await isExecutable(program)) return program;
  say('Electron cannot be fetched here.');
  await writeFile(failure, '');
  return undefined;
}

/** Whether there is a program to run at this place. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function runInstaller(script: string): Promise<void> {
  const fetching = spawn(process.execPath, [script], { stdio: 'ignore', timeout: FETCH_LIMIT_MS });
  return new Promise((resolve) => {
    fetching.once('error', () => resolve());
    fetching.once('exit', () => resolve());
  });
}
