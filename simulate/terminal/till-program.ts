import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedClock } from '#drivers/simulated/clock.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Clock } from '#kernel/ports/clock.ts';
import type { RunnerSettings } from '#terminal/runner/settings.ts';
import { PaymentDesk } from '#terminal/till/payment-desk.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import { SimulatedLine } from '../world/simulated-line.ts';
import { randomBytes } from '../world/virtual-globals.ts';
import type { World } from '../world/world.ts';
import type { Life, Program } from './machine.ts';
import { type Disk, StepwiseJournal } from './stepwise-journal.ts';
import { survivingLine, survivingReader } from './surviving-ports.ts';
import { renamingLine } from './till-bug.ts';

const CARD_LATENCY_MS = 15;

/** What one is made of that outlives it. */
export interface TillMakeup {
  readonly settings: RunnerSettings;
  readonly macKey: SecretKey;
}

/** A terminal's program: the till's payment desk and all below it. */
export class TillProgram implements Program {
  readonly reader = new SimulatedCardReader({ latencyMs: CARD_LATENCY_MS });
  readonly desk: PaymentDesk;
  readonly #world: World;
  readonly #line: SimulatedLine;
  readonly #life: Life;
  readonly #disk: Disk;

  constructor(world: World, host: SimulatedHost, makeup: TillMakeup, disk: Disk, life: Life) {
    const { settings, macKey } = makeup;
    this.#world = world;
    this.#life = life;
    this.#disk = disk;
    this.#line = new SimulatedLine(world, host, settings.identity.terminalId);
    const ports = {
      readers: [survivingReader(this.reader, life)],
      host: survivingLine(renamingLine(world, this.#line, macKey), life),
      journal: new StepwiseJournal(world, disk, life),
      clock: clockOf(world, life),
      entropy: { bytes: (length: number) => randomBytes(world.random, length) },
    };
    this.desk = new PaymentDesk(ports, settings, () => this.#tell());
  }

  /** Whether the till shows that the host can be reached. */
  get isOnline(): boolean {
    return this.#line.state() === 'up';
  }

  async begin(): Promise<void> {
    const recovered = await this.desk.recover();
    this.#world.note(`${this.#life.name}: started, ${recovered.ok ? 'ok' : 'no journal'}`);
  }

  end(): void {
    void this.#line.close();
    void this.reader.close();
    this.#disk.letGo();
  }

  #tell(): void {
    const view = this.desk.current();
    if (!this.#life.isAlive || !view) return;
    const { saleId, state, reason = '' } = view;
    this.#world.note(`${this.#life.name}: ${saleId} ${state} ${reason}`.trimEnd());
  }
}

/** The simulated clock, as far ahead of the world as this machine's is. */
export function clockOf(world: World, { skewMs }: Life): Clock {
  const now = () => new SimulatedClock(world.scheduler.nowMs + skewMs);
  return { nowMs: () => now().nowMs(), local: () => now().local() };
}
