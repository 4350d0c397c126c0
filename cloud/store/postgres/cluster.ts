import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readPrivateJson, writePrivateJson } from '../private-file.ts';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { type Claim, claimCluster } from './claim.ts';
import { findPostmaster, isAlive, stopPostmaster } from './postmaster.ts';
import { type Unprivileged, unprivilegedFor } from './unprivileged.ts';

/** A PostgreSQL of our own, running. */
export interface Cluster {
  readonly databaseUrl: string;
  /** What it took: a new cluster, a start, or only taking over one whose cloud was killed. */
  readonly how: 'created' | 'started' | 'adopted';
  /** Calls back once if the server ends by itself. */
  onLost(listener: () => void): void;
  stop(): Promise<void>;
}

const USER = 'tessera';
const POLL_MS = 5;
const START_TIMEOUT_MS = 60_000;
const WATCH_MS = 500;
/**
 * A free port may be taken a moment later, and the children of a server that was killed keep its
 * memory for a while: a start that failed is tried again.
 */
const PATIENCE_MS = 10_000;
const RETRY_MS = 200;

interface Home {
  readonly clusterDir: string;
  readonly logFile: string;
  readonly password: string;
  readonly binaries: PostgresBinaries;
  readonly unprivileged: Unprivileged;
  readonly signal: AbortSignal;
}

/**
 * Starts the PostgreSQL of this data directory on a free port of 127.0.0.1, making its cluster
 * first where there is none. Throws when it cannot, and when `signal` is aborted; nothing is left
 * running then. The programs are those that npm installed unless others are given.
 */
export async function startCluster(
  dataDir: string,
  signal: AbortSignal,
  others?: PostgresBinaries,
): Promise<Cluster> {
  const clusterDir = path.resolve(dataDir, 'postgres');
  const binaries = others ?? (await findPostgresBinaries());
  const home: Home = {
    clusterDir,
    logFile: path.resolve(dataDir, 'postgres.log'),
    password: await ownPassword(dataDir),
    binaries,
    unprivileged: await unprivilegedFor([clusterDir, binaries.initdb, binaries.postgres]),
    signal,
  };
  const running = await findPostmaster(clusterDir);
  if (running) {
    const claim = running.ready && (await claimCluster(clusterDir, urlOf(home, running.port)));
    if (claim) return cluster(home, running, claim, 'adopted');
    await stopPostmaster(running.pid);
  }
  const isNew = !(await exists(clusterDir));
  if (isNew) await createCluster(home);
  const server = await startPostgres(home);
  const claim = await claimCluster(clusterDir, urlOf(home, server.port));
  if (claim) return cluster(home, server, claim, isNew ? 'created' : 'started');
  await stopPostmaster(server.pid);
  throw new Error('PostgreSQL started and does not let its owner in');
}

/**
 * The URL of the PostgreSQL that runs for this data directory, for whoever looks in beside its
 * cloud; `undefined` when none does.
 */
export async function findRunningCluster(dataDir: string): Promise<string | undefined> {
  const running = await findPostmaster(path.resolve(dataDir, 'postgres'));
  if (!running?.ready) return undefined;
  return urlOf({ password: await ownPassword(dataDir) }, running.port);
}

function cluster(
  home: Home,
  server: { readonly pid: number; readonly port: number },
  claim: Claim,
  how: Cluster['how'],
): Cluster {
  let watch: NodeJS.Timeout | undefined;
  return {
    databaseUrl: urlOf(home, server.port),
    how,
    onLost(listener) {
      watch = setInterval(() => {
        if (isAlive(server.pid)) return;
        clearInterval(watch);
        listener();
      }, WATCH_MS);
      watch.unref();
    },
    async stop() {
      clearInterval(watch);
      await claim.release();
      await stopPostmaster(server.pid);
    },
  };
}

function urlOf({ password }: Pick<Home, 'password'>, port: number): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
}

async function ownPassword(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'database.json');
  const known = await readPrivateJson(file, z.object({ password: z.string() }));
  const password = known?.password ?? randomBytes(24).toString('base64url');
  if (!known) await writePrivateJson(file, { password });
  return password;
}

/**
 * Only a whole cluster gets the name. An initdb whose cloud was killed may still be writing, so
 * each has a draft of its own; those left behind are removed when a cluster is made.
 */
async function createCluster(home: Home): Promise<void> {
  const drafts = `${path.basename(home.clusterDir)}.new-`;
  const parent = path.dirname(home.clusterDir);
  for (const name of await readdir(parent)) {
    if (name.startsWith(drafts)) await removeTree(path.join(parent, name));
  }
  const draft = path.join(parent, `${drafts}${randomUUID()}`);
  const passwordFile = `${draft}-password`;
  await mkdir(draft, { mode: 0o700 });
  await home.unprivileged.own(draft);
  try {
    await writeFile(passwordFile, home.password, { mode: 0o600 });
    await home.unprivileged.own(passwordFile);
    const child = await launch(home, home.binaries.initdb, [
      ...[`--pgdata=${draft}`, `--username=${USER}`, `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--no-instructions'],
    ]);
    const end = () => child.kill();
    home.signal.addEventListener('abort', end, { once: true });
    if (child.exitCode === null) await once(child, 'exit');
    home.signal.removeEventListener('abort', end);
    home.signal.throwIfAborted();
    if (child.exitCode !== 0) throw new Error(`initdb failed; see ${home.logFile}`);
    await rename(draft, home.clusterDir);
  } finally {
    await removeTree(passwordFile);
    await removeTree(draft);
  }
}

async function startPostgres(home: Home): Promise<{ readonly pid: number; readonly port: number }> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    home.signal.throwIfAborted();
    const port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '100',
      // A statement may hold what must not be in a log; serialization failures are everyday.
      log_min_error_statement: 'panic',
      log_min_messages: 'fatal',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const args = ['-D', home.clusterDir, '-p', `${port}`, ...flags];
    const child = await launch(home, home.binaries.postgres, args);
    const pid = await becomesReady(home, child);
    child.unref();
    if (pid !== undefined) return { pid, port };
    await sleep(RETRY_MS);
  }
  throw new Error(`PostgreSQL did not start; see ${home.logFile}`);
}

/** The id of the server; `undefined` when it ended instead. */
async function becomesReady(home: Home, child: ChildProcess): Promise<number | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const server = await findPostmaster(home.clusterDir);
    if (server?.ready && server.pid === child.pid) return server.pid;
    if (home.signal.aborted || Date.now() > deadline) {
      if (child.pid !== undefined) await stopPostmaster(child.pid);
      home.signal.throwIfAborted();
      return undefined;
    }
    await sleep(POLL_MS);
  }
  return undefined;
}

/**
 * Its own process group, so that Ctrl-C reaches us alone; its own log, so that a pipe of ours does
 * not stay open when we are killed.
 */
async function launch(home: Home, program: string, args: readonly string[]): Promise<ChildProcess> {
  const log = await open(home.logFile, 'a', 0o600);
  try {
    const { command, args: all, ...user } = home.unprivileged.launch(program, args);
    const child = spawn(command, all, {
      ...user,
      cwd: path.parse(home.clusterDir).root,
      detached: true,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

/** Removes what is there, as far as nobody else is still writing into it. */
function removeTree(file: string): Promise<void> {
  return rm(file, { recursive: true, force: true }).catch(() => undefined);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
