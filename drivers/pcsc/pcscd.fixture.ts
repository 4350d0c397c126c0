import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PCSCD = '/usr/sbin/pcscd';
const SOCKET = '/run/pcscd/pcscd.comm';

/** There is one service and one virtual reader on a machine: test runs take turns. */
const TURN = '\0tessera-pcscd-turn';

/** The real PC/SC service: started here, or the one that runs already. */
export class Pcscd {
  #child: ChildProcess | undefined;
  #turn: Server | undefined;

  /** Waits for this run's turn, and until the service takes connections. */
  async start(): Promise<void> {
    while (!this.#turn) {
      this.#turn = await takeTurn();
      if (!this.#turn) await sleep(100);
    }
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

  /** Ends the service if it is ours, and this run's turn. */
  async end(): Promise<void> {
    await this.#kill('SIGTERM');
    this.#turn?.close();
    this.#turn = undefined;
  }

  /** Ends the service if it is ours, as a crash would; `start` brings it back. */
  crash(): Promise<void> {
    return this.#kill('SIGKILL');
  }

  async #kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

/** Holds a name that the system frees when this process ends, however it ends. */
function takeTurn(): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer().unref();
    server.once('error', () => resolve(undefined));
    server.listen(TURN, () => resolve(server));
  });
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
