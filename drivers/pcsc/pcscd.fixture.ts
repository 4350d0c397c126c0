import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PCSCD = '/usr/sbin/pcscd';
const VIRTUAL_READER = '/etc/reader.conf.d/vpcd';
const SOCKET = '/run/pcscd/pcscd.comm';

/** Whether the PC/SC service and vsmartcard's virtual reader are installed here. */
export const HAS_PCSCD = existsSync(PCSCD) && existsSync(VIRTUAL_READER);

/** The real PC/SC service: started here, or the one that runs already. */
export class Pcscd {
  #child: ChildProcess | undefined;

  /** Resolves once the service takes connections. */
  async start(): Promise<void> {
    if (await answers()) return;
    const child = spawn(PCSCD, ['--foreground'], { stdio: 'ignore' });
    this.#child = child;
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`pcscd ended with ${child.exitCode}`);
      await sleep(20);
    }
  }

  /** Whether it may be killed: only when it was started here. */
  get isOurs(): boolean {
    return this.#child !== undefined;
  }

  /** Ends the service if it is ours, with SIGKILL as a crash would. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(SOCKET);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
