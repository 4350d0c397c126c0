import { createHash } from 'node:crypto';
import type { Random } from '../../fuzz/random.ts';
import type { Canary } from '../canaries.ts';
import { type Fault, type FaultRates, NO_FAULTS } from './faults.ts';
import { Scheduler } from './scheduler.ts';

/** Where simulated time begins: 2026-01-15T09:00:00Z. */
const START_MS = Date.UTC(2026, 0, 15, 9);

/** What one run takes place in: its time, its chance, its faults, and the trace of all that was. */
export class World {
  readonly scheduler = new Scheduler(START_MS);
  readonly random: Random;
  readonly canary: Canary | undefined;
  /** How often each fault happened. */
  readonly happened = new Map<Fault, number>();
  /** The awaits at which a terminal or the host ended. */
  readonly crashedAt = new Set<string>();
  #rates: FaultRates;
  readonly #lines: string[] = [];

  constructor(random: Random, rates: FaultRates, canary?: Canary) {
    this.random = random;
    this.#rates = rates;
    this.canary = canary;
  }

  /** Whether this goes wrong now. */
  happens(fault: Fault): boolean {
    if (this.random.below(10_000) >= this.#rates[fault]) return false;
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
    return true;
  }

  /** True once in so many times. */
  onceIn(times: number): boolean {
    return this.random.below(times) === 0;
  }

  /** From now on nothing goes wrong any more. */
  calm(): void {
    this.#rates = NO_FAULTS;
    this.note('world: calm');
  }

  /** Adds a line to the trace. */
  note(what: string): void {
    const seconds = ((this.scheduler.nowMs - START_MS) / 1000).toFixed(3);
    this.#lines.push(`${seconds.padStart(9)} ${what}`);
  }

  /** Everything that happened, a line each. */
  get trace(): readonly string[] {
    return this.#lines;
  }

  /** Two runs that were the same have the same. */
  get digest(): string {
    return createHash('sha256').update(this.#lines.join('\n')).digest('hex').slice(0, 16);
  }
}
