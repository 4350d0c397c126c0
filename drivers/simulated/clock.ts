import type { Clock, LocalTime } from '#kernel/ports/clock.ts';

/** A clock that stands still until it is set. The shop it hangs in is at UTC. */
export class SimulatedClock implements Clock {
  #nowMs: number;

  /** `startMs` is milliseconds since 1970. */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  local(): LocalTime {
    const digits = new Date(this.#nowMs).toISOString().replace(/\D/g, '');
    return { date: digits.slice(2, 8), time: digits.slice(8, 14) };
  }

  /** Sets the time, in milliseconds since 1970; it may go back, as real clocks do. */
  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Lets `elapsedMs` pass. */
  advance(elapsedMs: number): void {
    this.#nowMs += elapsedMs;
  }
}
