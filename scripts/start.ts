import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildRenderer } from './start/build-renderer.ts';
import { type ReadyMessage, type Supervised, superviseChild } from './start/child.ts';
import { openWindow } from './start/window.ts';

const HELP = `Starts Tessera: the cloud on its own PostgreSQL, the terminal, and the till.

  npm start
  npm start -- --headless --port 8080

  --headless       open no window; print the address
  --port N         port of the till on this machine (default: 7420, or any when it is taken)
  --data-dir DIR   where payments, keys and the database are kept (default: .tessera)
  --capture DIR    keep each payment as a test vector for tessera certify, sensitive data replaced
  --no-demo        no demonstration wearables: real readers only
  --help           this text
`;

const root = path.resolve(import.meta.dirname, '..');

interface StartOptions {
  readonly headless: boolean;
  readonly port: string | undefined;
  readonly dataDir: string;
  readonly demo: boolean;
  readonly captureDir: string | undefined;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const started = performance.now();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stopping.abort());
  }
  const children: Supervised[] = [];
  try {
    return await run(options, stopping, children, started);
  } finally {
    say('Stopping.');
    for (const child of children.reverse()) await child.stop();
  }
}

async function run(
  options: StartOptions,
  stopping: AbortController,
  children: Supervised[],
  started: number,
): Promise<number> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  const built = buildRenderer(root, 'till', say);
  const cloud = superviseChild({
    name: 'cloud',
    script: path.join(root, 'cloud/main.ts'),
    args: ['--data-dir', path.join(options.dataDir, 'cloud')],
    say,
    signal: stopping.signal,
  });
  children.push(cloud);
  const cloudReady = await cloud.ready;
  if (!cloudReady) return giveUp('The cloud did not start.', stopping);
  if (!(await built)) return giveUp('The screens could not be built.', stopping);
  const enrolmentDir = String(cloudReady['enrolmentDir']);
  const terminal = superviseChild({
    name: 'terminal',
    script: path.join(root, 'terminal/main.ts'),
    args: terminalArgs(options, enrolmentDir),
    say,
    signal: stopping.signal,
  });
  children.push(terminal);
  const terminalReady = await terminal.ready;
  if (!terminalReady) return giveUp('The terminal did not start.', stopping);
  const url = String(terminalReady['url']);
  say(`The till is ready after ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  process.stdout.write(`${url}\n`);
  sayOperations(options, cloudReady);
  // The till does not wait for it.
  void buildRenderer(root, 'operations', say).then(
    (isBuilt) => isBuilt || say('The operations page could not be built.'),
  );
  if (!options.headless) {
    const closed = await openWindow({ root, url, dataDir: options.dataDir }, say, stopping.signal);
    if (closed === 'closed') stopping.abort();
  }
  await aborted(stopping.signal);
  return 0;
}

function sayOperations({ dataDir }: StartOptions, { apiPort }: ReadyMessage): void {
  say(`Operations: http://127.0.0.1:${apiPort}/operations/`);
  say(`  Log in with the operatorKey in ${path.join(dataDir, 'cloud/api.json')}.`);
}

function terminalArgs(options: StartOptions, enrolmentDir: string): readonly string[] {
  return [
    ...['--enrolment', path.join(enrolmentDir, 'terminal.json')],
    ...['--data-dir', path.join(options.dataDir, 'terminal')],
    ...(options.port === undefined ? [] : ['--port', options.port]),
    ...(options.captureDir === undefined ? [] : ['--capture', options.captureDir]),
    ...(options.demo ? ['--demo-wearables', path.join(enrolmentDir, 'wearables.json')] : []),
  ];
}

/**
 * The options, a sentence that says what is wrong with them, or nothing when help was asked for.
 */
function readOptions(argv: readonly string[]): StartOptions | string | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        headless: { type: 'boolean', default: false },
        port: { type: 'string' },
        'data-dir': { type: 'string', default: path.join(root, '.tessera') },
        capture: { type: 'string' },
        'no-demo': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    const { port } = values;
    if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) {
      return `--port takes a number from 0 to 65535, not ${port}.`;
    }
    const dataDir = path.resolve(values['data-dir']);
    const captureDir =
      values.capture === undefined
        ? undefined
        : path.resolve(process.env['INIT_CWD'] ?? '', values.capture);
    return { headless: values.headless, port, dataDir, demo: !values['no-demo'], captureDir };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

function giveUp(sentence: string, stopping: AbortController): number {
  if (!stopping.signal.aborted) say(sentence);
  const code = stopping.signal.aborted ? 0 : 1;
  stopping.abort();
  return code;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

process.exitCode = await main(process.argv.slice(2));
