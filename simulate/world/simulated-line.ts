import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { HostLink, HostRequest, HostState } from '#kernel/ports/host-link.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import type { World } from './world.ts';

const LATENCY_MS = 60;
const SHORT_DELAY_MS = 1_500;
const LONG_DELAY_MS = 90_000;
const MOST_DOWNTIME_MS = 5_000;
const LOSS_WITHIN_MS = 1_500;

interface Exchange {
  readonly isAnswer: HostRequest['isAnswer'];
  readonly settle: (outcome: Result<Uint8Array, PortFailure>) => void;
}

/** A terminal's line to the simulated host: it loses, repeats, delays, overtakes and breaks. */
export class SimulatedLine implements HostLink {
  readonly #world: World;
  readonly #host: SimulatedHost;
  readonly #terminalId: string;
  readonly #listeners = new Set<(state: HostState) => void>();
  readonly #pending = new Set<Exchange>();
  readonly #leaveHost: () => void;
  #state: HostState;
  #isClosed = false;

  constructor(world: World, host: SimulatedHost, terminalId: string) {
    this.#world = world;
    this.#host = host;
    this.#terminalId = terminalId;
    this.#state = host.isUp ? 'up' : 'down';
    this.#leaveHost = host.onChange((isUp) => {
      if (isUp) this.#comeBack();
      else this.#lose('the host is gone');
    });
  }

  state(): HostState {
    return this.#state;
  }

  onStateChange(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async exchange(request: HostRequest): Promise<Result<Uint8Array, PortFailure>> {
    if (this.#state === 'down') return notSent('the line is down');
    const { scheduler, random } = this.#world;
    return new Promise((resolve) => {
      const expire = scheduler.after(request.timeoutMs, () => {
        exchange.settle(this.#unknown('host-timeout', 'no answer in time'));
      });
      const exchange: Exchange = {
        isAnswer: request.isAnswer,
        settle: (outcome) => {
          expire();
          this.#pending.delete(exchange);
          resolve(outcome);
        },
      };
      this.#pending.add(exchange);
      this.#carry('to the host', request.message, (bytes) => {
        this.#host.receive(this.#terminalId, bytes, (answer) => {
          this.#carry('from the host', answer, (answered) => this.#receive(answered));
        });
      });
      if (this.#world.happens('line-loss')) {
        scheduler.after(random.below(LOSS_WITHIN_MS), () => this.#lose('it broke'));
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leaveHost();
    this.#listeners.clear();
    this.#lose('it was closed');
  }

  /** Has a message arrive, as often and as whole as it does. */
  #carry(way: string, message: Uint8Array, arrive: (bytes: Uint8Array) => void): void {
    const { scheduler, random } = this.#world;
    const copies = this.#world.happens('duplicate') ? 2 : 1;
    for (let copy = 1; copy <= copies; copy++) {
      const label = `${this.#terminalId} ${way}, copy ${copy}`;
      if (this.#world.happens('drop')) {
        this.#world.note(`line: lost ${label}`);
        continue;
      }
      const isCut = this.#world.happens('truncate');
      const bytes = isCut ? message.slice(0, random.below(message.length)) : message.slice();
      const heldUpMs = this.#world.happens('reorder') ? random.below(SHORT_DELAY_MS) : 0;
      const delayMs = this.#world.happens('delay') ? random.below(LONG_DELAY_MS) : 0;
      scheduler.after(1 + random.below(LATENCY_MS) + heldUpMs + delayMs, () => {
        this.#world.note(`line: ${label}, ${bytes.length} of ${message.length} bytes`);
        arrive(bytes);
      });
    }
  }

  #receive(message: Uint8Array): void {
    const claimant = [...this.#pending].find((exchange) => exchange.isAnswer(message));
    claimant?.settle(ok(message));
  }

  #lose(why: string): void {
    if (this.#state === 'down') return;
    this.#world.note(`line: ${this.#terminalId} down, ${why}`);
    this.#change('down');
    for (const exchange of [...this.#pending]) {
      exchange.settle(this.#unknown('connection-lost', why));
    }
    if (this.#host.isUp && !this.#isClosed) this.#comeBack();
  }

  #comeBack(): void {
    const { scheduler, random } = this.#world;
    scheduler.after(100 + random.below(MOST_DOWNTIME_MS), () => {
      if (this.#isClosed || this.#state === 'up' || !this.#host.isUp) return;
      this.#change('up');
    });
  }

  #change(state: HostState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  #unknown(kind: string, detail: string): { ok: false; error: PortFailure } {
    if (this.#world.canary === 'line-denies-sending') return notSent(detail);
    return fail({ kind, retryable: false, effect: 'unknown', detail });
  }
}

function notSent(detail: string): { ok: false; error: PortFailure } {
  return fail({ kind: 'host-unreachable', retryable: true, effect: 'none', detail });
}
