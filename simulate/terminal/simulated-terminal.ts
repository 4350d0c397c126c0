import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedClock } from '#drivers/simulated/clock.ts';
import type { HostLink } from '#kernel/ports/host-link.ts';
import type { RunnerSettings } from '#terminal/runner/settings.ts';
import { PaymentDesk } from '#terminal/till/payment-desk.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import { SimulatedLine } from '../world/simulated-line.ts';
import { randomBytes } from '../world/virtual-globals.ts';
import type { World } from '../world/world.ts';
import { Disk, StepwiseJournal } from './stepwise-journal.ts';

const MOST_DOWNTIME_MS = 15_000;
const MOST_CLOCK_STEP_MS = 600_000;
const CARD_LATENCY_MS = 15;

/** A terminal: its disk, and the program that runs on it until it crashes and is started again. */
export class SimulatedTerminal {
  readonly disk = new Disk();
  readonly #world: World;
  readonly #host: SimulatedHost;
  readonly #settings: RunnerSettings;
  #skewMs: number;
  #life: TerminalLife | undefined;

  /** `skewMs` is how far its clock is ahead. */
  constructor(world: World, host: SimulatedHost, settings: RunnerSettings, skewMs: number) {
    this.#world = world;
    this.#host = host;
    this.#settings = settings;
    this.#skewMs = skewMs;
  }

  /** DE 41. */
  get terminalId(): string {
    return this.#settings.identity.terminalId;
  }

  /** What runs now, if it runs and has recovered. */
  get life(): TerminalLife | undefined {
    return this.#life?.isAlive && this.#life.hasRecovered ? this.#life : undefined;
  }

  start(): void {
    const { random, scheduler } = this.#world;
    if (this.#world.happens('clock-step')) {
      this.#skewMs += random.below(2 * MOST_CLOCK_STEP_MS) - MOST_CLOCK_STEP_MS;
    }
    const life = new TerminalLife(this.#world, this.#host, this.#settings, this.disk, this.#skewMs);
    this.#life = life;
    life.onEnd = () => void scheduler.after(1 + random.below(MOST_DOWNTIME_MS), () => this.start());
    void life.begin();
  }

  /** Ends the program at once and starts it again. */
  restart(): void {
    if (this.#life?.isAlive) this.#life.crash(`terminal ${this.terminalId}, switched off`);
  }

  /** Ends it for good. */
  stop(): void {
    if (!this.#life) return;
    this.#life.onEnd = () => undefined;
    this.restart();
  }
}

/** A terminal's program from one start to its end: the till's payment desk and all below it. */
export class TerminalLife {
  readonly reader = new SimulatedCardReader({ latencyMs: CARD_LATENCY_MS });
  readonly desk: PaymentDesk;
  readonly #world: World;
  readonly #line: SimulatedLine;
  readonly #terminalId: string;
  isAlive = true;
  hasRecovered = false;
  onEnd: () => void = () => undefined;

  constructor(
    world: World,
    host: SimulatedHost,
    settings: RunnerSettings,
    disk: Disk,
    skewMs: number,
  ) {
    this.#world = world;
    this.#terminalId = settings.identity.terminalId;
    this.#line = new SimulatedLine(world, host, this.#terminalId);
    const survive = (where: string) => this.#survive(where);
    const clock = clockOf(world, skewMs);
    const journal = new StepwiseJournal(world, disk, survive);
    const entropy = { bytes: (length: number) => randomBytes(world.random, length) };
    const line = survivingLine(this.#line, survive);
    const ports = { readers: [this.reader], host: line, journal, clock, entropy };
    this.desk = new PaymentDesk(ports, settings, () => this.#tell());
  }

  /** Whether the till shows that the host can be reached. */
  get isOnline(): boolean {
    return this.#line.state() === 'up';
  }

  async begin(): Promise<void> {
    const recovered = await this.desk.recover();
    this.#world.note(
      `terminal ${this.#terminalId}: started, ${recovered.ok ? 'ok' : 'no journal'}`,
    );
    this.hasRecovered = true;
  }

  crash(where: string): void {
    this.isAlive = false;
    if (!where.includes('switched off')) this.#world.crashedAt.add(where);
    this.#world.note(`${this.#terminalId}: crash at ${where}`);
    void this.#line.close();
    void this.reader.close();
    this.onEnd();
  }

  async #survive(where: string): Promise<void> {
    if (this.isAlive && this.#world.happens('terminal-crash')) this.crash(where);
    if (!this.isAlive) await new Promise(() => undefined);
  }

  #tell(): void {
    const view = this.desk.current();
    if (this.isAlive && view) {
      this.#world.note(`${this.#terminalId}: ${view.saleId} ${view.state} ${view.reason ?? ''}`);
    }
  }
}

/** The line as the program has it: it may crash before it sends, and after it was answered. */
function survivingLine(line: HostLink, survive: (where: string) => Promise<void>): HostLink {
  return {
    state: () => line.state(),
    onStateChange: (listener) => line.onStateChange(listener),
    async exchange(request) {
      await survive('terminal exchange, before');
      const outcome = await line.exchange(request);
      await survive('terminal exchange, after');
      return outcome;
    },
    close: () => line.close(),
  };
}

/** The simulated clock, as far ahead of the world as this terminal's is. */
function clockOf(world: World, skewMs: number) {
  const now = () => new SimulatedClock(world.scheduler.nowMs + skewMs);
  return { nowMs: () => now().nowMs(), local: () => now().local() };
}
