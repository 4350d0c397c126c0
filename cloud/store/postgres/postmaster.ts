import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a running PostgreSQL says of itself in its lock file. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

const POLL_MS = 10;
const GRACE_MS = 10_000;
/** Fast shutdown, then immediate shutdown (recovery at the next start), then the last resort. */
const STOP_SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;

/**
 * Reads `postmaster.pid`; `undefined` when nothing runs on this cluster: there is no such file, or
 * the process it names is gone or is another program. Source: PostgreSQL 18, `pidfile.h`.
 */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const file = path.join(clusterDir, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid < 2 || !isAlive(pid)) return undefined;
  if (!(await isPostgres(pid))) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** Whether a process with this id runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** Ends a postmaster and waits until it is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of STOP_SIGNALS) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + GRACE_MS;
    while (isAlive(pid) && Date.now() < deadline) await sleep(POLL_MS);
  }
}

/** An orphan that has ended keeps its id until the system's first process looks after it. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

/** Process ids are used again: on Linux, what runs under this one is looked at. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return command.trim() === 'postgres';
}
