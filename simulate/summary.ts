import type { RunResult } from './run.ts';

/** Something that was found, and what makes it again. */
export interface Finding {
  readonly what: readonly string[];
  readonly again: string;
}

/** What many runs came to, added up. */
export class Summary {
  readonly #findings: Finding[] = [];
  #runs = 0;
  #decided = 0;
  #simulatedMs = 0;
  readonly #payments = new Map<string, number>();
  readonly #followedUp = new Map<string, number>();
  readonly #messages = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #awaits = new Set<string>();

  add({ world, ends, followedUp, asked, decided, simulatedMs }: RunResult): void {
    this.#runs += 1;
    this.#decided += decided;
    this.#simulatedMs += simulatedMs;
    for (const [end, count] of ends) add(this.#payments, end, count);
    for (const [kind, count] of followedUp) add(this.#followedUp, kind, count);
    for (const [kind, count] of asked) add(this.#messages, kind, count);
    for (const [fault, count] of world.happened) add(this.#faults, fault, count);
    for (const where of world.crashedAt) this.#awaits.add(where);
  }

  found(finding: Finding): void {
    this.#findings.push(finding);
  }

  get runs(): number {
    return this.#runs;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** For machines. */
  json() {
    return {
      runs: this.#runs,
      simulatedHours: Number((this.#simulatedMs / 3_600_000).toFixed(1)),
      payments: { total: total(this.#payments), ...Object.fromEntries(this.#payments) },
      followUps: { total: total(this.#followedUp), ...Object.fromEntries(this.#followedUp) },
      messages: { total: total(this.#messages), ...Object.fromEntries(this.#messages) },
      hostTransactions: this.#decided,
      faults: { total: total(this.#faults), ...Object.fromEntries(this.#faults) },
      crashedAt: [...this.#awaits].sort(),
      findings: this.#findings,
    };
  }

  /** For people. */
  text(): string {
    const { simulatedHours, hostTransactions, findings } = this.json();
    const count = findings.length;
    return [
      `${this.#runs} runs, ${simulatedHours} simulated hours`,
      `payments at tills: ${total(this.#payments)} (${list(this.#payments)})`,
      `done about them later: ${total(this.#followedUp)} (${list(this.#followedUp)})`,
      `single messages: ${total(this.#messages)} (${list(this.#messages)})`,
      `transactions at the host: ${hostTransactions}`,
      `faults: ${total(this.#faults)} (${list(this.#faults)})`,
      `crashes at ${this.#awaits.size} different awaits`,
      count === 0
        ? 'Nothing was found.'
        : `${count} ${count === 1 ? 'run' : 'runs'} found something.`,
      '',
    ].join('\n');
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function list(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${count} ${name}`).join(', ');
}
