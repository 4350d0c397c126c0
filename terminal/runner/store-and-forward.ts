import type { Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Payment, ReversalReason } from '#kernel/transaction/payment.ts';
import { resolveOnce } from './resolver.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/** What is known of a payment of which the host has to be told. */
export type ForwardNews =
  | { readonly type: 'closed'; readonly paymentId: string; readonly payment: Payment }
  | {
      readonly type: 'waiting';
      readonly paymentId: string;
      /** How often the message that is due was sent so far. */
      readonly attempts: number;
      readonly nextAttemptAtMs: number;
    };

/** What one try to deliver something came to. */
interface Tried {
  readonly isDone: boolean;
  readonly attempts: number;
  readonly news?: ForwardNews;
}

interface Delivery {
  /** Who wants to know when what there is now was tried. */
  readonly waiters: (() => void)[];
  /** Ends the wait for the next try. */
  wake(): void;
}

/** How many messages are under way at once, so that what waits for an answer holds up no other. */
const MOST_AT_ONCE = 4;

/**
 * The store-and-forward queue (SAF): what the host has to be told whatever happens. Its store is
 * the journal; this delivers from there, in order for each payment, and sends again until there is
 * an answer. Repeats wait longer and longer, but are tried at once when the line comes back.
 */
export class StoreAndForward {
  readonly #ports: RunnerPorts;
  readonly #settings: RunnerSettings;
  readonly #tell: (news: ForwardNews) => void;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #inLine: (() => void)[] = [];
  readonly #stopWatchingHost: () => void;
  #underWay = 0;
  #closed = false;

  constructor(ports: RunnerPorts, settings: RunnerSettings, tell: (news: ForwardNews) => void) {
    this.#ports = ports;
    this.#settings = settings;
    this.#tell = tell;
    this.#stopWatchingHost = ports.host.onStateChange((state) => {
      if (state === 'up') this.#wakeAll();
    });
  }

  /** Of how many payments, and of the close of the day, the host has still to be told. */
  get count(): number {
    return this.#deliveries.size;
  }

  /** Whether so much waits that nothing new may be begun that could have to wait as well. */
  get isFull(): boolean {
    return this.count >= this.#settings.storeAndForwardLimit;
  }

  /** Brings this payment on until the host knows all of it. Resolves once that was tried. */
  add(paymentId: string, reason: ReversalReason): Promise<void> {
    return this.#add(paymentId, async () => {
      const resolved = await resolveOnce(this.#ports, this.#settings, paymentId, reason);
      if (!resolved.ok) return { isDone: false, attempts: 0 };
      if (resolved.value.type === 'open') return { isDone: false, ...resolved.value };
      const { payment } = resolved.value;
      return { isDone: true, attempts: 0, news: { type: 'closed', paymentId, payment } };
    });
  }

  /** Has something else delivered, until `tryOnce` says that it is. Resolves once it was tried. */
  addOther(id: string, tryOnce: () => Promise<Result<boolean, PortFailure>>): Promise<void> {
    return this.#add(id, async () => {
      const tried = await tryOnce();
      return { isDone: tried.ok && tried.value, attempts: 0 };
    });
  }

  /** Stops trying. What is owed stays in the journal for the next start. */
  close(): void {
    this.#closed = true;
    this.#stopWatchingHost();
    this.#wakeAll();
    for (const go of this.#inLine.splice(0)) go();
  }

  #add(id: string, tryOnce: () => Promise<Tried>): Promise<void> {
    return new Promise((resolve) => {
      const known = this.#deliveries.get(id);
      if (known) {
        known.waiters.push(resolve);
        known.wake();
        return;
      }
      const delivery: Delivery = { waiters: [resolve], wake: () => undefined };
      this.#deliveries.set(id, delivery);
      void this.#deliver(id, delivery, tryOnce);
    });
  }

  async #deliver(id: string, delivery: Delivery, tryOnce: () => Promise<Tried>): Promise<void> {
    for (let round = 0; !this.#closed; round++) {
      await this.#takeTurn();
      const waiters = delivery.waiters.splice(0);
      const { isDone, attempts, news } = await tryOnce();
      this.#endTurn();
      // What was added meanwhile may not have been seen.
      const isOver = isDone && delivery.waiters.length === 0;
      if (isOver) this.#deliveries.delete(id);
      if (isOver && news) this.#tell(news);
      for (const tried of waiters) tried();
      if (isOver) return;
      if (!isDone) await this.#pause(id, delivery, round, attempts);
    }
    for (const tried of delivery.waiters.splice(0)) tried();
  }

  async #pause(id: string, delivery: Delivery, round: number, attempts: number): Promise<void> {
    const delays = this.#settings.repeatDelaysMs;
    const delayMs = delays[Math.min(round, delays.length - 1)] ?? 0;
    const nextAttemptAtMs = this.#ports.clock.nowMs() + delayMs;
    this.#tell({ type: 'waiting', paymentId: id, attempts, nextAttemptAtMs });
    if (this.#closed || delivery.waiters.length > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => delivery.wake(), delayMs);
      delivery.wake = () => {
        clearTimeout(timer);
        delivery.wake = () => undefined;
        resolve();
      };
    });
  }

  async #takeTurn(): Promise<void> {
    if (this.#underWay >= MOST_AT_ONCE && !this.#closed) {
      await new Promise<void>((go) => this.#inLine.push(go));
    }
    this.#underWay += 1;
  }

  #endTurn(): void {
    this.#underWay -= 1;
    this.#inLine.shift()?.();
  }

  #wakeAll(): void {
    for (const delivery of [...this.#deliveries.values()]) delivery.wake();
  }
}
