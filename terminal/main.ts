import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openPcscReaders } from '#drivers/pcsc/pcsc-reader.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PinPad } from '#kernel/ports/pin-pad.ts';
import { mayCapture } from './capture/capture.ts';
import { openCatalogue } from './catalogue/catalogue.ts';
import { readEmvConfiguration, type UsableConfiguration } from './config/emv-configuration.ts';
import { type Enrolment, readEnrolment } from './config/enrolment.ts';
import { type MacKeyFile, macKeyFile } from './config/mac-key-file.ts';
import { runnerSettings } from './config/runner-settings.ts';
import { DEFAULT_SHOP } from './config/shop-settings.ts';
import { readTillAddress, writeTillAddress } from './config/till-address.ts';
import { openJournal } from './journal/sqlite-journal.ts';
import { openEnrolledHost } from './runner/enrolled-host.ts';
import { HostSession } from './runner/host-session.ts';
import { systemClock, systemEntropy } from './runner/system.ts';
import { type BrowserShell, newToken, startBrowserShell } from './shell/browser/server.ts';
import { openDemoPinPad } from './till/demo-pin-pad.ts';
import { type DemoWearables, openDemoWearables } from './till/demo-wearables.ts';
import type { CaptureTarget } from './till/payment-desk.ts';
import { Till } from './till/till.ts';

const HELP = `The terminal: runs payments and serves the till on this machine.

  node terminal/main.ts --enrolment FILE --data-dir DIR [options]

  --enrolment FILE        what the acquirer gave this terminal (terminal.json)
  --data-dir DIR          where the journal is kept
  --emv-config FILE       how the kernels are set (default: the demonstration's)
  --port N                port of the till; 0 for any (default: that of the last time, at first
                          7420; any when it is taken)
  --demo-wearables FILE   wearables that can be presented without a device (wearables.json)
  --capture DIR           keep each payment as a test vector, sensitive data replaced; refused where
                          the EMV configuration is for production
  --no-pcsc               do not look for PC/SC readers
  --help                  this text
`;

const DEFAULT_PORT = 7420;
/** About what one exchange takes over NFC. */
const DEMO_LATENCY_MS = 60;
const root = path.resolve(import.meta.dirname, '..');

/** What this process was asked to be. */
interface TerminalOptions {
  readonly enrolmentFile: string;
  readonly emvConfigFile: string | undefined;
  readonly dataDir: string;
  readonly port: number | undefined;
  readonly demoWearablesFile: string | undefined;
  readonly pcsc: boolean;
  readonly captureDir: string | undefined;
}

/** A running terminal. */
interface Terminal {
  readonly url: string;
  close(): Promise<void>;
}

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  process.stderr.write(`${options}\n\n${HELP}`);
  process.exitCode = 2;
} else if (options) {
  await runUntilStopped(options);
} else {
  process.stdout.write(HELP);
}

async function runUntilStopped(wanted: TerminalOptions): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    // The channel closes when whoever started this process ends, however it ends.
    process.once('disconnect', resolve);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  const terminal = await open(wanted);
  if (!terminal.ok) {
    process.stderr.write(`${terminal.error}\n`);
    process.exitCode = 1;
    if (process.connected) process.disconnect();
    return;
  }
  const { url } = terminal.value;
  announce(url);
  await stopped;
  await terminal.value.close();
  if (process.connected) process.disconnect();
}

/** Tells whoever started us where the till is: Node by its channel, Electron by its port. */
function announce(url: string): void {
  const ready = { type: 'ready', url };
  const { parentPort } = process as { parentPort?: { postMessage(message: unknown): void } };
  if (parentPort) parentPort.postMessage(ready);
  else if (process.send) process.send(ready);
  else process.stdout.write(`${url}\n`);
}

/** Puts the terminal together; the error is a sentence. */
async function open(wanted: TerminalOptions): Promise<Result<Terminal, string>> {
  const enrolment = await readEnrolment(wanted.enrolmentFile);
  if (!enrolment.ok) {
    const { kind, path: place } = enrolment.error;
    return fail(`The enrolment cannot be used: ${kind} ${place}`.trim());
  }
  const emv = await emvConfiguration(wanted);
  if (!emv.ok) return emv;
  const keyFile = macKeyFileOf(enrolment.value, wanted);
  const macKey = keyFile?.read() ?? enrolment.value.macKey;
  const settings = runnerSettings({ ...enrolment.value, macKey }, emv.value);
  if (wanted.captureDir !== undefined && !mayCapture(settings.mode)) {
    return fail('Payments are not captured in production: leave --capture out.');
  }
  if (wanted.demoWearablesFile !== undefined && settings.mode === 'production') {
    return fail('Demonstration wearables do not pay in production: leave --demo-wearables out.');
  }
  mkdirSync(wanted.dataDir, { recursive: true, mode: 0o700 });
  const journal = openJournal(path.join(wanted.dataDir, 'journal.sqlite'));
  if (!journal.ok) return fail(`The journal cannot be used: ${journal.error.detail}`);
  const host = openEnrolledHost(enrolment.value);
  if (!host.ok) return fail(host.error.detail);
  const demo = await demoWearables(wanted);
  if (!demo.ok) return demo;

  const pcsc = wanted.pcsc ? [openPcscReaders()] : [];
  const readers = [...pcsc, ...(demo.value ? [demo.value.reader] : [])];
  const [clock, entropy] = [systemClock, systemEntropy];
  const pinPad = demo.value && demoPinPad(enrolment.value, wanted);
  const line = { host: host.value, journal: journal.value };
  const ports = { readers, ...line, clock, entropy, ...(pinPad && { pinPad }) };
  const keepKey = (keyBlock: string) => keyFile?.keep(keyBlock);
  const till = new Till({
    ports,
    settings,
    openSession: (announce) => new HostSession({ ports, settings, keepKey, announce }),
    shop: DEFAULT_SHOP,
    catalogue: openCatalogue(),
    ...(demo.value && { demoWearables: demo.value }),
    ...(wanted.captureDir !== undefined && { capture: captureTo(wanted.captureDir) }),
  });
  const recovered = await till.recover();
  if (!recovered.ok) return fail('The journal cannot be read. Nothing was changed in it.');
  const shell = await startShell(till, wanted);
  if (!shell.ok) return shell;
  return ok({
    url: shell.value.url,
    async close() {
      await shell.value.close();
      await till.close();
      await Promise.all([host.value.close(), ...readers.map((reader) => reader.close())]);
      journal.value.close();
    },
  });
}

/** The demonstration's PIN pad, where the acquirer gave a key for PINs. */
function demoPinPad(
  { pinKey, identity }: Enrolment,
  { dataDir }: TerminalOptions,
): PinPad | undefined {
  const memory = path.join(dataDir, 'demo-pin-pad.txt');
  return pinKey && openDemoPinPad(pinKey, identity.terminalId, memory);
}

/** The MAC key of the last key change, where the acquirer changes keys. */
function macKeyFileOf(
  { transportKey }: Enrolment,
  { dataDir }: TerminalOptions,
): MacKeyFile | undefined {
  return transportKey && macKeyFile(path.join(dataDir, 'mac-key.txt'), transportKey);
}

function captureTo(directory: string): CaptureTarget {
  return { directory, say: (sentence) => process.stderr.write(`${sentence}\n`) };
}

async function emvConfiguration({
  emvConfigFile,
}: TerminalOptions): Promise<Result<UsableConfiguration | undefined, string>> {
  if (emvConfigFile === undefined) return ok(undefined);
  const today = `20${systemClock.local().date.replace(/(..)(..)(..)/, '$1-$2-$3')}`;
  const read = await readEmvConfiguration(emvConfigFile, today);
  if (read.ok) return read;
  const faults = read.error.map(({ kind, path: place }) => `${kind} ${place}`.trim());
  return fail(`The EMV configuration cannot be used: ${faults.join(', ')}`);
}

async function demoWearables(
  wanted: TerminalOptions,
): Promise<Result<DemoWearables | undefined, string>> {
  if (wanted.demoWearablesFile === undefined) return ok(undefined);
  const memory = path.join(wanted.dataDir, 'demo-wearables.json');
  const opened = await openDemoWearables(wanted.demoWearablesFile, memory, DEMO_LATENCY_MS);
  if (opened.ok) return opened;
  return fail(`The demonstration wearables cannot be used: ${opened.error.kind}`);
}

/**
 * Serves the till where it was served the last time, so that a page which is still open goes on;
 * on another port when one was asked for, or when that one is taken.
 */
async function startShell(
  api: Till,
  wanted: TerminalOptions,
): Promise<Result<BrowserShell, string>> {
  const rendererDir = path.join(root, 'dist/renderer');
  const file = path.join(wanted.dataDir, 'till-address.json');
  const last = readTillAddress(file);
  const token = last?.token ?? newToken();
  const ports = wanted.port === undefined ? [last?.port ?? DEFAULT_PORT, 0] : [wanted.port];
  let sentence = '';
  for (const port of ports) {
    const shell = await startBrowserShell({ api, rendererDir, port, token });
    if (shell.ok) {
      writeTillAddress(file, { port: shell.value.port, token });
      return shell;
    }
    sentence = `The till cannot be served: ${shell.error.detail}.`;
  }
  return fail(sentence);
}

/**
 * The options, a sentence that says what is wrong with them, or nothing when help was asked for.
 */
function readOptions(argv: readonly string[]): TerminalOptions | string | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        enrolment: { type: 'string' },
        'data-dir': { type: 'string' },
        'emv-config': { type: 'string' },
        port: { type: 'string' },
        'demo-wearables': { type: 'string' },
        capture: { type: 'string' },
        'no-pcsc': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    const { enrolment, 'data-dir': dataDir } = values;
    if (!enrolment || !dataDir) return 'Say --enrolment and --data-dir.';
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65_535)) {
      return `--port takes a number from 0 to 65535, not ${values.port}.`;
    }
    const demoWearablesFile = values['demo-wearables'];
    return {
      enrolmentFile: enrolment,
      emvConfigFile: values['emv-config'],
      dataDir,
      port,
      demoWearablesFile,
      pcsc: !values['no-pcsc'],
      captureDir: values.capture,
    };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}
