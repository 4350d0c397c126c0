import { setTimeout as realSleep, setImmediate as realTurn } from 'node:timers/promises';

/** Taken before anything is put in their place. */
const turn = realTurn;
const sleep = realSleep;

interface ScheduledEvent {
  readonly atMs: number;
  readonly sequence: number;
  readonly act: () => void;
}

/** Whether a real operation waits for another's lock and so will not end by itself. */
export type IsBlocked = () => Promise<boolean>;

/** Real time after which an operation that has not ended is asked whether it is blocked. */
const LOOK_AFTER_MS = 10;

/** A real operation of which the simulated world learns when it is told, in a fixed order. */
class Operation {
  outcome: { readonly deliver: () => void } | undefined;
  readonly #ended: Promise<void>;
  readonly #isBlocked: IsBlocked;

  constructor(ended: Promise<() => void>, isBlocked: IsBlocked) {
    this.#isBlocked = isBlocked;
    this.#ended = ended.then((deliver) => {
      this.outcome = { deliver };
    });
  }

  /** True once it ended; false when it waits for a lock, seen twice. */
  async ends(): Promise<boolean> {
    for (let seen = 0; ; ) {
      await Promise.race([this.#ended, sleep(LOOK_AFTER_MS)]);
      if (this.outcome) return true;
      seen = (await this.#isBlocked()) ? seen + 1 : 0;
      if (seen === 2) return false;
    }
  }
}

/**
 * Simulated time. One event happens at a time; the next one when all that it set off has come to
 * rest: every promise, and every operation of the real database that does not wait for a lock. So
 * the order of everything depends on the seed alone, however fast the machine is.
 */
export class Scheduler {
  readonly #events: ScheduledEvent[] = [];
  /** The newest first: what it waits for is known only once it is itself at rest. */
  #operations: Operation[] = [];
  #sequence = 0;
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Has `act` happen so much later; the returned function calls it off. */
  after(delayMs: number, act: () => void): () => void {
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const event = { atMs, sequence: this.#sequence++, act };
    const behind = this.#events.findIndex((other) => other.atMs > atMs);
    this.#events.splice(behind === -1 ? this.#events.length : behind, 0, event);
    return () => {
      const index = this.#events.indexOf(event);
      if (index !== -1) this.#events.splice(index, 1);
    };
  }

  /** Lets time pass. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve));
  }

  /** Performs a real operation; simulated time stands still until it ended or waits for a lock. */
  perform<T>(work: () => Promise<T>, isBlocked: IsBlocked = async () => false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const ended = work().then(
        (value) => () => resolve(value),
        (cause: unknown) => () => reject(cause),
      );
      this.#operations.unshift(new Operation(ended, isBlocked));
    });
  }

  /** The next event and all that follows from it at once. False when there is none. */
  async step(): Promise<boolean> {
    await this.#rest();
    const event = this.#events.shift();
    if (!event) return false;
    this.#nowMs = event.atMs;
    event.act();
    await this.#rest();
    return true;
  }

  async #rest(): Promise<void> {
    await turn();
    for (let index = 0; index < this.#operations.length; ) {
      const operation = this.#operations[index];
      if (operation && !(await operation.ends())) {
        index += 1;
        continue;
      }
      this.#operations.splice(index, 1);
      operation?.outcome?.deliver();
      await turn();
      // What it let go of may go on.
      index = 0;
    }
  }
}
