import type { ReversalReason } from '#kernel/transaction/payment.ts';
import type { Payment } from '#kernel/transaction/payment-state.ts';
import { resolveOnce } from './resolver.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/** What is known of a payment that is being resolved. */
export type ResolutionNews =
  | { readonly type: 'closed'; readonly paymentId: string; readonly payment: Payment }
  | {
      readonly type: 'waiting';
      readonly paymentId: string;
      /** Reversals sent so far. */
      readonly attempts: number;
      readonly nextAttemptAtMs: number;
    };

/**
 * Resolves unknown payments in the background, each by itself, until its end is known. Repeats wait
 * longer and longer, but are tried at once when the line to the host comes back.
 */
export class ResolutionQueue {
  readonly #ports: RunnerPorts;
  readonly #settings: RunnerSettings;
  readonly #tell: (news: ResolutionNews) => void;
  readonly #waiting = new Map<string, () => void>();
  readonly #stopWatchingHost: () => void;
  #closed = false;

  constructor(ports: RunnerPorts, settings: RunnerSettings, tell: (news: ResolutionNews) => void) {
    this.#ports = ports;
    this.#settings = settings;
    this.#tell = tell;
    this.#stopWatchingHost = ports.host.onStateChange((state) => {
      if (state === 'up') for (const wake of [...this.#waiting.values()]) wake();
    });
  }

  /** Resolves this payment; resolves to nothing once it is closed, or the queue is. */
  async add(paymentId: string, reason: ReversalReason): Promise<void> {
    for (let round = 0; !this.#closed; round++) {
      const resolved = await resolveOnce(this.#ports, this.#settings, paymentId, reason);
      if (resolved.ok && resolved.value.type === 'closed') {
        this.#tell({ type: 'closed', paymentId, payment: resolved.value.payment });
        return;
      }
      const delays = this.#settings.reversalDelaysMs;
      const delayMs = delays[Math.min(round, delays.length - 1)] ?? 0;
      const attempts = resolved.ok && resolved.value.type === 'open' ? resolved.value.attempts : 0;
      const nextAttemptAtMs = this.#ports.clock.nowMs() + delayMs;
      this.#tell({ type: 'waiting', paymentId, attempts, nextAttemptAtMs });
      await this.#wait(paymentId, delayMs);
    }
  }

  /** Stops trying. What is open stays in the journal for the next start. */
  close(): void {
    this.#closed = true;
    this.#stopWatchingHost();
    for (const wake of [...this.#waiting.values()]) wake();
  }

  #wait(paymentId: string, delayMs: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(paymentId);
        resolve();
      };
      const timer = setTimeout(wake, delayMs);
      this.#waiting.set(paymentId, wake);
    });
  }
}
