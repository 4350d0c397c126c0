import { type ChildProcess, fork } from 'node:child_process';

/** A program to keep running. */
export interface ChildOrder {
  readonly name: string;
  /** A .ts file that sends `{type: 'ready', …}` over IPC once it can be used. */
  readonly script: string;
  readonly args: readonly string[];
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** What a program said when it became ready. */
export type ReadyMessage = Readonly<Record<string, unknown>>;

/** A program that is started again when it dies. */
export interface Supervised {
  /** The first ready message; `undefined` when it ended before it was ready. */
  readonly ready: Promise<ReadyMessage | undefined>;
  /** Ends it, kindly at first, and resolves when it is gone. */
  stop(): Promise<void>;
}

const RESTART_DELAY_MS = 1_000;
const STOP_GRACE_MS = 15_000;

/**
 * Runs a program, and runs it again when it dies after it was ready. It is tied to this process by
 * its IPC channel: when that closes, however this process ends, the program ends itself.
 */
export function superviseChild(order: ChildOrder): Supervised {
  let child: ChildProcess | undefined;
  let stopping = false;
  const { promise: ready, resolve: settle } = Promise.withResolvers<ReadyMessage | undefined>();

  const launch = (): void => {
    let wasReady = false;
    // Its own process group: Ctrl-C reaches this process alone, which then stops the others in
    // order.
    child = fork(order.script, order.args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    child.on('message', (message) => {
      if (!isReady(message)) return;
      wasReady = true;
      settle(message);
    });
    child.once('exit', (code, signal) => {
      settle(undefined);
      if (stopping || !wasReady) return;
      order.say(`The ${order.name} ended (${signal ?? `code ${code}`}); starting it again.`);
      setTimeout(() => stopping || launch(), RESTART_DELAY_MS);
    });
  };
  launch();
  order.signal.addEventListener('abort', () => settle(undefined), { once: true });

  return {
    ready,
    async stop() {
      stopping = true;
      await end(child);
    },
  };
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await gone;
  clearTimeout(timer);
}

function isReady(message: unknown): message is ReadyMessage {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
  );
}
