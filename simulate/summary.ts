import type { RunResult } from './run.ts';

/** What many runs came to, added up. */
export class Summary {
  #runs = 0;
  #findings = 0;
  #decided = 0;
  #simulatedMs = 0;
  readonly #ends = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #crashedAt = new Set<string>();

  add({ world, ends, decided, simulatedMs }: RunResult, found: readonly string[]): void {
    this.#runs += 1;
    this.#findings += found.length;
    this.#decided += decided;
    this.#simulatedMs += simulatedMs;
    for (const [end, count] of ends) add(this.#ends, end, count);
    for (const [fault, count] of world.happened) add(this.#faults, fault, count);
    for (const where of world.crashedAt) this.#crashedAt.add(where);
  }

  /** How many sentences were found. */
  get findings(): number {
    return this.#findings;
  }

  text(): string {
    const payments = [...this.#ends.values()].reduce((sum, count) => sum + count, 0);
    const hours = (this.#simulatedMs / 3_600_000).toFixed(1);
    const awaits = this.#crashedAt.size;
    return [
      `${this.#runs} runs, ${hours} simulated hours, ${payments} payments (${list(this.#ends)})`,
      `host: ${this.#decided} transactions`,
      `faults: ${list(this.#faults)}; crashes at ${awaits} different awaits`,
      this.#findings === 0 ? 'nothing found' : `${this.#findings} findings`,
      '',
    ].join('\n');
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function list(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${count} ${name}`).join(', ');
}
