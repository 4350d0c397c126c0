import type { Acquirer } from '#cloud/acquirer/acquirer.ts';
import { answerMessage } from '#cloud/acquirer/answer-message.ts';
import { expireHolds } from '#cloud/acquirer/expire-holds.ts';
import { resolveUnknowns } from '#cloud/acquirer/resolve-unknown.ts';
import { terminalRegistry } from '#cloud/acquirer/terminal-registry.ts';
import { Turns } from '#cloud/acquirer/turns.ts';
import { VelocityCounters } from '#cloud/scoring/velocity.ts';
import { errorCode, openDatabase, type Queries } from '#cloud/store/database.ts';
import type { World } from '../world/world.ts';
import { dispute } from './cardholders.ts';
import type { DatabaseServer } from './database-server.ts';
import { HostBug } from './host-bug.ts';
import { type Incarnation, stepwise } from './stepwise-database.ts';

/** What a host is made of that outlives it: its keys, its issuers, its scorers. */
export type HostMakeup = Omit<Acquirer, 'db' | 'velocity' | 'now'> & {
  /** Cardholders deny payments. */
  readonly hasDisputes: boolean;
};

/** What a host only remembers. */
export interface HostMemory {
  readonly velocity: VelocityCounters;
  readonly now: Date;
}

const RESOLVE_EVERY_MS = 2_000;
const DISPUTE_EVERY_MS = 20_000;
const MOST_DOWNTIME_MS = 20_000;
const MOST_CLOCK_STEP_MS = 5_000;

/**
 * The acquirer host: what the cloud runs, on the real database, without TLS. A crash ends all that
 * it was doing and all that it only remembered; some time later it starts again.
 */
export class SimulatedHost {
  readonly #world: World;
  readonly #server: DatabaseServer;
  readonly #makeup: HostMakeup;
  readonly #listeners = new Set<(isUp: boolean) => void>();
  readonly #bug: HostBug;
  #life: HostLife | undefined;
  #skewMs = 0;
  /** Let its clock be so much ahead. */
  clockAheadMs = 0;
  #isStopped = false;

  constructor(world: World, server: DatabaseServer, makeup: HostMakeup) {
    this.#world = world;
    this.#server = server;
    this.#makeup = makeup;
    this.#bug = new HostBug(world, server);
  }

  /** Whether it takes messages now. */
  get isUp(): boolean {
    return this.#life?.isUp === true;
  }

  /** What it counts and what time it has; undefined while it is down. */
  get memory(): HostMemory | undefined {
    return this.#life?.memory;
  }

  /** Calls `listener` when it comes or goes; the returned function ends that. */
  onChange(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#isStopped) return;
    const { scheduler, random } = this.#world;
    if (this.#world.happens('clock-step')) {
      this.#skewMs += random.below(2 * MOST_CLOCK_STEP_MS) - MOST_CLOCK_STEP_MS;
    }
    const skewMs = this.#skewMs;
    const life = new HostLife(this.#world, this.#server, this.#bug, {
      ...this.#makeup,
      now: () => new Date(scheduler.nowMs + skewMs + this.clockAheadMs),
    });
    this.#life = life;
    life.onEnd = () => {
      this.#tell(false);
      scheduler.after(1 + random.below(MOST_DOWNTIME_MS), () => this.start());
    };
    void life.begin().then(() => this.#tell(true));
  }

  /** Ends it for good. */
  stop(): void {
    this.#isStopped = true;
    if (this.#life?.isAlive) this.#life.end('switched off');
  }

  /** Takes a message from the line of this terminal; what it says, if it does, goes to `answer`. */
  receive(terminalId: string, bytes: Uint8Array, answer: (bytes: Uint8Array) => void): void {
    if (this.#life?.isUp) this.#life.receive(terminalId, bytes, answer);
  }

  #tell(isUp: boolean): void {
    for (const listener of [...this.#listeners]) listener(isUp);
  }
}

/** The certificate that terminals are enrolled with here: TLS is not part of the simulation. */
export const CERTIFICATE_SHA256 = '00'.repeat(32);

/** The host from one start to its end. */
class HostLife implements Incarnation {
  readonly #world: World;
  readonly #server: DatabaseServer;
  readonly #bug: HostBug;
  readonly #makeup: HostMakeup & Pick<Acquirer, 'now'>;
  readonly #db: Queries;
  readonly #turns = new Turns();
  #velocity: VelocityCounters | undefined;
  isAlive = true;
  onEnd: () => void = () => undefined;

  constructor(
    world: World,
    server: DatabaseServer,
    bug: HostBug,
    makeup: HostMakeup & Pick<Acquirer, 'now'>,
  ) {
    this.#world = world;
    this.#server = server;
    this.#bug = bug;
    this.#makeup = makeup;
    this.#db = openDatabase(server.faultyUrl, (postgres) =>
      stepwise(postgres, world, server, this),
    );
  }

  get isUp(): boolean {
    return this.isAlive && this.#velocity !== undefined;
  }

  get memory(): HostMemory | undefined {
    if (!this.isAlive || !this.#velocity) return undefined;
    return { velocity: this.#velocity, now: this.#makeup.now() };
  }

  /** Rebuilds what it has to remember. Never resolves when that fails: then it ends. */
  async begin(): Promise<void> {
    const { now } = this.#makeup;
    try {
      this.#velocity = await VelocityCounters.rebuild(this.#db, now());
    } catch (cause) {
      this.end(`start failed, ${errorCode(cause)}`);
      return new Promise(() => undefined);
    }
    this.#world.note('host: up');
    this.#keepResolving();
    if (this.#makeup.hasDisputes) this.#keepDisputing();
  }

  crash(where: string): void {
    this.#world.crashedAt.add(where);
    this.end(`crash at ${where}`);
  }

  /** Ends it at once. */
  end(why: string): void {
    this.isAlive = false;
    this.#world.note(`host: ${why}`);
    void this.#world.scheduler.perform(() => this.#server.terminateAll());
    this.onEnd();
  }

  receive(terminalId: string, bytes: Uint8Array, answer: (bytes: Uint8Array) => void): void {
    void this.#turns.take(terminalId, async () => {
      try {
        const answered = await this.#answer(terminalId, bytes);
        if (answered && this.isAlive) answer(answered);
      } catch (cause) {
        // Whether it was committed is unknown, so nothing is said and the terminal will reverse.
        this.#world.note(`host: no answer for ${terminalId}, ${errorCode(cause)}`);
      }
    });
  }

  async #answer(terminalId: string, bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const { keyProtectionKey } = this.#makeup;
    const registry = terminalRegistry(this.#db, keyProtectionKey);
    const terminal = await registry.find(terminalId, CERTIFICATE_SHA256);
    if (!terminal || !this.#velocity) return undefined;
    const acquirer = { ...this.#makeup, db: this.#db, velocity: this.#velocity };
    const planted = await this.#bug.receive(terminal, bytes);
    if (planted.answer) return planted.answer;
    const answer = await answerMessage(acquirer, terminal, planted.bytes);
    if (answer.ok) return answer.value ?? undefined;
    this.#world.note(`host: dropped a message of ${terminalId}, ${answer.error.kind}`);
    return undefined;
  }

  #keepResolving(): void {
    this.#world.scheduler.after(RESOLVE_EVERY_MS, async () => {
      if (!this.isAlive) return;
      const now = this.#makeup.now();
      try {
        const { canary } = this.#world;
        const ended = canary === 'host-forgets-unknowns' ? 0 : await this.#resolveUnknowns();
        if (ended > 0) this.#world.note(`host: ended ${ended} unknown`);
        if (canary !== 'host-keeps-holds') await expireHolds(this.#db, now);
      } catch (cause) {
        this.#world.note(`host: could not end what is unknown, ${errorCode(cause)}`);
      }
      this.#keepResolving();
    });
  }

  async #resolveUnknowns(): Promise<number> {
    const isForgotten = this.#world.canary === 'host-counts-reversed';
    const velocity = isForgotten ? undefined : this.#velocity;
    return resolveUnknowns(this.#db, this.#makeup.now(), velocity && { velocity });
  }

  #keepDisputing(): void {
    const { scheduler, random } = this.#world;
    scheduler.after(random.below(DISPUTE_EVERY_MS), async () => {
      if (!this.isAlive) return;
      try {
        await dispute(this.#world, this.#db, this.#makeup.now());
      } catch (cause) {
        this.#world.note(`issuer: no dispute, ${errorCode(cause)}`);
      }
      this.#keepDisputing();
    });
  }
}
