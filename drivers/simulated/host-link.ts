import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { HostLink, HostRequest, HostState } from '#kernel/ports/host-link.ts';

/** What a simulated host does, each act so many milliseconds after the message came in. */
export type HostAct =
  /** Sends a message: the answer, the answer again, or anything else. */
  | { readonly type: 'send'; readonly message: Uint8Array; readonly afterMs?: number }
  /** Drops the line. It comes back at once. */
  | { readonly type: 'drop'; readonly afterMs?: number };

/** What a simulated host does with a message it receives; an empty list is silence. */
export type HostScript = (message: Uint8Array) => readonly HostAct[];

interface Exchange {
  readonly isAnswer: HostRequest['isAnswer'];
  readonly settle: (outcome: Result<Uint8Array, PortFailure>) => void;
}

/** A line without a network, to a host that follows a script. */
export class SimulatedHostLink implements HostLink {
  readonly #script: HostScript;
  readonly #listeners = new Set<(state: HostState) => void>();
  readonly #pending = new Set<Exchange>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #state: HostState = 'up';
  #closed = false;
  #dropped = 0;

  constructor(script: HostScript) {
    this.#script = script;
  }

  /** How many messages came in that no exchange claimed. */
  get droppedMessages(): number {
    return this.#dropped;
  }

  /** Takes the host off the line, which ends what is under way, or brings it back. */
  setState(state: HostState): void {
    if (state === this.#state || this.#closed) return;
    this.#state = state;
    if (state === 'down') this.#lose();
    for (const listener of this.#listeners) listener(state);
  }

  state(): HostState {
    return this.#state;
  }

  onStateChange(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async exchange(request: HostRequest): Promise<Result<Uint8Array, PortFailure>> {
    if (this.#state === 'down') {
      return fail({
        kind: 'host-unreachable',
        retryable: true,
        effect: 'none',
        detail: 'the simulated host is down',
      });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        exchange.settle(unknown('host-timeout', `no answer within ${request.timeoutMs} ms`));
      }, request.timeoutMs);
      const exchange: Exchange = {
        isAnswer: request.isAnswer,
        settle: (outcome) => {
          clearTimeout(timer);
          this.#pending.delete(exchange);
          resolve(outcome);
        },
      };
      this.#pending.add(exchange);
      for (const act of this.#script(request.message.slice())) this.#schedule(act);
    });
  }

  async close(): Promise<void> {
    this.setState('down');
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #schedule(act: HostAct): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#state === 'down') return;
      if (act.type === 'send') return this.#receive(act.message.slice());
      this.setState('down');
      this.setState('up');
    }, act.afterMs ?? 0);
    this.#timers.add(timer);
  }

  #receive(message: Uint8Array): void {
    const claimant = [...this.#pending].find((exchange) => claims(exchange, message));
    if (claimant) claimant.settle(ok(message));
    else this.#dropped += 1;
  }

  #lose(): void {
    for (const exchange of [...this.#pending]) {
      exchange.settle(unknown('connection-lost', 'the simulated line was dropped'));
    }
  }
}

function claims(exchange: Exchange, message: Uint8Array): boolean {
  try {
    return exchange.isAnswer(message);
  } catch {
    return false;
  }
}

function unknown(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: false, effect: 'unknown', detail });
}
