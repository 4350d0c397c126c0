import type { World } from '../world/world.ts';

const MOST_DOWNTIME_MS = 15_000;
const MOST_CLOCK_STEP_MS = 600_000;

/** A program that runs on a machine from one start to its end. */
export interface Program {
  /** Does what it does when it starts; it is `ready` when this resolves. */
  begin(): Promise<void>;
  /** It was ended from outside: what it holds open is let go of. */
  end(): void;
}

/** One start of a program, to its end. */
export class Life {
  readonly name: string;
  /** How far its clock is ahead. */
  readonly skewMs: number;
  readonly #world: World;
  readonly #onEnd: () => void;
  isAlive = true;

  constructor(world: World, name: string, skewMs: number, onEnd: () => void) {
    this.#world = world;
    this.name = name;
    this.skewMs = skewMs;
    this.#onEnd = onEnd;
  }

  /** Stands at every await: the program may end here, and one that has ended never goes on. */
  async survive(where: string): Promise<void> {
    if (this.isAlive && this.#world.happens('terminal-crash', where)) {
      this.#world.crashedAt.add(where);
      this.end(`crash at ${where}`);
    }
    if (!this.isAlive) await new Promise(() => undefined);
  }

  /** Ends the program at once. */
  end(why: string): void {
    this.isAlive = false;
    this.#world.note(`${this.name}: ${why}`);
    this.#onEnd();
  }
}

/** Has a program run, and starts it again some time after it ended. */
export class Machine<P extends Program> {
  readonly name: string;
  readonly #world: World;
  readonly #make: (life: Life) => P;
  #skewMs: number;
  #life: Life | undefined;
  #ready: P | undefined;
  #isStopped = false;

  constructor(world: World, name: string, skewMs: number, make: (life: Life) => P) {
    this.#world = world;
    this.name = name;
    this.#skewMs = skewMs;
    this.#make = make;
  }

  /** What runs now, if it runs and has begun. */
  get ready(): P | undefined {
    return this.#ready;
  }

  start(): void {
    const { random, scheduler } = this.#world;
    if (this.#isStopped) return;
    if (this.#world.happens('clock-step')) {
      this.#skewMs += random.below(2 * MOST_CLOCK_STEP_MS) - MOST_CLOCK_STEP_MS;
    }
    const life = new Life(this.#world, this.name, this.#skewMs, () => {
      this.#ready = undefined;
      program.end();
      if (!this.#isStopped) scheduler.after(1 + random.below(MOST_DOWNTIME_MS), () => this.start());
    });
    const program = this.#make(life);
    this.#life = life;
    void program.begin().then(() => {
      if (life.isAlive) this.#ready = program;
    });
  }

  /** Ends the program and starts it again. */
  restart(): void {
    if (this.#life?.isAlive) this.#life.end('switched off');
  }

  /** Ends it for good. */
  stop(): void {
    this.#isStopped = true;
    this.restart();
  }
}
