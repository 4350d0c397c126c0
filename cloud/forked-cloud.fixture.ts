import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** What `cloud/main.ts` says when it can be used. */
export interface Ready {
  readonly type: 'ready';
  readonly port: number;
  readonly apiPort: number;
  readonly enrolmentDir: string;
  readonly databaseUrl: string;
}

/** A cloud in a process of its own. */
export class ForkedCloud {
  readonly process: ChildProcess;
  /** Resolves when it said so; to undefined when it ended instead. */
  readonly ready: Promise<Ready | undefined>;
  /** What it wrote to stderr so far. */
  output = '';

  constructor(dataDir: string, args: readonly string[] = []) {
    this.process = fork(
      path.join(import.meta.dirname, 'main.ts'),
      ['--data-dir', dataDir, ...args],
      { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    this.process.stderr?.on('data', (chunk) => {
      this.output += String(chunk);
    });
    this.ready = new Promise((resolve) => {
      this.process.once('message', (message) => resolve(message as Ready));
      this.process.once('exit', () => resolve(undefined));
    });
  }

  async started(): Promise<Ready> {
    const ready = await this.ready;
    if (!ready) throw new Error(`the cloud did not start:\n${this.output}`);
    return ready;
  }

  /** Sends a signal and waits for the end; the exit code, or the signal. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.process.kill(signal);
    return this.ended();
  }

  async ended(): Promise<number | NodeJS.Signals | null> {
    const { process } = this;
    if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
    return process.exitCode ?? process.signalCode;
  }
}
