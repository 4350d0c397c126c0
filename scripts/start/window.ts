import { spawn } from 'node:child_process';
import path from 'node:path';
import { buildProgram } from './build-program.ts';
import { findElectron, isExecutable } from './electron.ts';

/**
 * Opens the till in a window of its own: Electron where its program is there, else an installed
 * Chromium or Chrome; with neither, or without a display, says so and leaves the address. Resolves
 * to `closed` when the window was closed.
 */
export async function openWindow(
  till: TillAddress,
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<'closed' | 'no-window'> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    say('There is no display here. Open the address above in a browser on this machine.');
    return 'no-window';
  }
  for (const find of [electron, browser]) {
    const candidate = await find(till, say);
    if (!candidate) continue;
    say(`Opening the till in ${candidate.name}.`);
    if ((await show(candidate, signal)) === 'closed') return 'closed';
    say(`${candidate.name} could not be opened.`);
  }
  say('No window could be opened. Open the address above in a browser on this machine.');
  return 'no-window';
}

/** Where the till is, and where a window may keep its own things. */
export interface TillAddress {
  readonly root: string;
  readonly url: string;
  readonly dataDir: string;
}

interface WindowProgram {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A program that ends within this time has failed to open. */
const OPENED_AFTER_MS = 2_000;

/** As root, Chromium's own sandbox does not start. */
const SANDBOX_ARGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

function show(window: WindowProgram, signal: AbortSignal): Promise<'closed' | 'failed'> {
  const started = performance.now();
  const env = { ...process.env, ...window.env };
  const shown = spawn(window.program, window.args, { stdio: 'ignore', env });
  const stop = (): void => void shown.kill();
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    const end = (opened: boolean): void => {
      signal.removeEventListener('abort', stop);
      resolve(opened || signal.aborted ? 'closed' : 'failed');
    };
    shown.once('error', () => end(false));
    shown.once('exit', () => end(performance.now() - started > OPENED_AFTER_MS));
  });
}

async function electron(
  { root, url, dataDir }: TillAddress,
  say: (sentence: string) => void,
): Promise<WindowProgram | undefined> {
  const program = await findElectron(root, dataDir, say);
  if (!program) return undefined;
  const main = await buildProgram(root, 'electron');
  return {
    name: 'Electron',
    program,
    args: [...SANDBOX_ARGS, main],
    env: { TESSERA_TILL_URL: url },
  };
}

async function browser({ url, dataDir }: TillAddress): Promise<WindowProgram | undefined> {
  for (const program of BROWSERS) {
    if (!(await isExecutable(program))) continue;
    const profile = `--user-data-dir=${path.join(dataDir, 'window')}`;
    const args = [`--app=${url}`, profile, ...BROWSER_ARGS, ...SANDBOX_ARGS];
    return { name: path.basename(program), program, args, env: {} };
  }
  return undefined;
}

const BROWSER_ARGS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1280,800',
];

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
