import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A NATS server with JetStream that keeps what it has in a folder. */
export class NatsServer {
  readonly url: string;
  readonly #command: readonly [program: string, args: readonly string[]];
  readonly #port: number;
  #process: ChildProcess | undefined;

  constructor(program: string, folder: string, port: number) {
    this.#port = port;
    this.url = `nats://127.0.0.1:${port}`;
    const args = ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', path.join(folder, 'nats')];
    this.#command = [program, args];
  }

  static async create(program: string, folder: string): Promise<NatsServer> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    if (typeof address !== 'object' || !address) throw new Error('no free port');
    return new NatsServer(program, folder, address.port);
  }

  async start(): Promise<void> {
    const [program, args] = this.#command;
    this.#process = spawn(program, args, { stdio: 'ignore' });
    for (const deadline = Date.now() + 10_000; !(await this.#listens()); await sleep(20)) {
      if (Date.now() > deadline) throw new Error('nats-server does not listen');
    }
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  async #listens(): Promise<boolean> {
    const socket = connect(this.#port, '127.0.0.1');
    const listens = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    return listens;
  }
}
