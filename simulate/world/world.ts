import { createHash } from 'node:crypto';
import type { Random } from '../../fuzz/random.ts';
import type { Canary } from '../canaries.ts';
import { type Fault, type FaultRates, type Mishap, NO_FAULTS } from './faults.ts';
import { Scheduler } from './scheduler.ts';

/** Where simulated time begins: 2026-01-15T09:00:00Z. */
const START_MS = Date.UTC(2026, 0, 15, 9);

/** What a planted bug takes from one run into the next. */
let leak = 0;

/** What goes wrong in a world: so and so often, or once at one place. */
export interface WorldFaults {
  readonly rates?: FaultRates;
  readonly mishap?: Mishap;
}

/** What one run takes place in: its time, its chance, its faults, and the trace of all that was. */
export class World {
  readonly scheduler = new Scheduler(START_MS);
  readonly random: Random;
  readonly canary: Canary | undefined;
  /** How often each fault happened. */
  readonly happened = new Map<Fault, number>();
  /** The awaits at which a terminal or the host ended. */
  readonly crashedAt = new Set<string>();
  /** Where each could have happened, in this order. */
  readonly chances = new Map<Fault, string[]>();
  /** What must not be, a sentence each. */
  readonly violations: string[] = [];
  /** Until when the host's database can write nothing. */
  storeFullUntilMs = 0;
  readonly #rates: FaultRates;
  readonly #mishap: Mishap | undefined;
  readonly #lines: string[] = [];
  #isCalm = false;

  constructor(random: Random, faults: WorldFaults, canary?: Canary) {
    this.random = random;
    this.#rates = faults.rates ?? NO_FAULTS;
    this.#mishap = faults.mishap;
    this.canary = canary;
  }

  /** Whether this goes wrong now, at this await if it is at one. */
  happens(fault: Fault, where = ''): boolean {
    if (this.#isCalm) return false;
    const chances = this.chances.get(fault) ?? [];
    const nth = chances.push(where);
    this.chances.set(fault, chances);
    if (this.canary === 'chance-leaks' && leak++ % 101 === 0) this.random.below(2);
    const isDrawn = this.random.below(10_000) < this.#rates[fault];
    const isPlanned = this.#mishap?.fault === fault && this.#mishap.nth === nth;
    if (!isDrawn && !isPlanned) return false;
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
    return true;
  }

  /** True once in so many times. */
  onceIn(times: number): boolean {
    return this.random.below(times) === 0;
  }

  get isCalm(): boolean {
    return this.#isCalm;
  }

  /** From now on nothing goes wrong any more. */
  calm(): void {
    this.#isCalm = true;
    this.storeFullUntilMs = 0;
    this.note('world: calm');
  }

  /** Says what must not be. */
  object(violation: string): void {
    this.violations.push(violation);
    this.note(`violation: ${violation}`);
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
