import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { CancelSignal } from '#kernel/ports/cancel-signal.ts';
import type { CardConnection, CardReader, ReaderState } from '#kernel/ports/card-reader.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';

/** A card as a function of the commands sent to it. `lost`: it left before it answered. */
export interface SimulatedCard {
  transmit(command: Uint8Array): Uint8Array | 'lost';
  /** How long its answer to the last command takes, beside the reader's own time. */
  delayMs?(): number;
}

/** How a simulated reader behaves. */
export interface SimulatedReaderOptions {
  readonly name?: string;
  /** What one exchange takes. */
  readonly latencyMs?: number;
}

/** How a card is held to the reader. */
export interface Presentation {
  /** The card leaves once it has answered so many commands; 0: at once. Absent: it stays. */
  readonly removeAfterApdus?: number;
}

type Connected = Result<CardConnection, PortFailure>;

/** A reader without a device: cards are presented by calling it. */
export class SimulatedCardReader implements CardReader {
  readonly name: string;
  readonly #latencyMs: number;
  readonly #listeners = new Set<(state: ReaderState) => void>();
  #state: ReaderState = 'ready';
  #settleWaiting: ((outcome: Connected) => void) | undefined;
  #connection: SimulatedConnection | undefined;
  #closed = false;

  constructor(options: SimulatedReaderOptions = {}) {
    this.name = options.name ?? 'Simulated reader';
    this.#latencyMs = options.latencyMs ?? 0;
  }

  /**
   * Holds a card to the reader, in place of one that is there. False when nobody waits for a card:
   * then it does not count, as the port has it.
   */
  present(card: SimulatedCard, how: Presentation = {}): boolean {
    this.remove();
    if (!this.#settleWaiting) return false;
    this.#connection = new SimulatedConnection(card, this.#latencyMs, how.removeAfterApdus);
    this.#settleWaiting(ok(this.#connection));
    return true;
  }

  /** Takes the card away. */
  remove(): void {
    this.#connection?.leave();
  }

  /** Unplugs the reader, or plugs it in again. */
  setState(state: ReaderState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'absent') {
      this.remove();
      this.#settleWaiting?.(readerFailure('reader-absent', 'the reader was unplugged'));
    }
    for (const listener of this.#listeners) listener(state);
  }

  state(): ReaderState {
    return this.#state;
  }

  onStateChange(listener: (state: ReaderState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(signal: CancelSignal): Promise<Connected> {
    if (signal.aborted || this.#closed) return readerFailure('cancelled', 'nobody waits any more');
    if (this.#state === 'absent') return readerFailure('reader-absent', 'the reader is unplugged');
    if (this.#settleWaiting) return readerFailure('reader-error', 'connect is under way already');
    const cancel = (): void => {
      this.#settleWaiting?.(readerFailure('cancelled', 'the wait was called off'));
    };
    signal.addEventListener('abort', cancel, { once: true });
    const outcome = await new Promise<Connected>((resolve) => {
      this.#settleWaiting = (settled) => {
        this.#settleWaiting = undefined;
        resolve(settled);
      };
    });
    signal.removeEventListener('abort', cancel);
    return outcome;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.remove();
    this.#settleWaiting?.(readerFailure('cancelled', 'the reader was closed'));
  }
}

class SimulatedConnection implements CardConnection {
  readonly #card: SimulatedCard;
  readonly #latencyMs: number;
  readonly #left: Promise<void>;
  #tellLeft: () => void = () => {};
  #answersLeft: number;
  #present = true;
  #busy = false;

  constructor(card: SimulatedCard, latencyMs: number, removeAfterApdus = Number.POSITIVE_INFINITY) {
    this.#card = card;
    this.#latencyMs = latencyMs;
    this.#answersLeft = removeAfterApdus;
    this.#left = new Promise((resolve) => {
      this.#tellLeft = resolve;
    });
    if (removeAfterApdus === 0) this.leave();
  }

  async transmit(command: Uint8Array): Promise<Result<Uint8Array, PortFailure>> {
    if (!this.#present) return cardFailure('card-removed', 'the card has left');
    if (this.#busy) return cardFailure('card-error', 'a command is under way already');
    this.#busy = true;
    const response = this.#card.transmit(command.slice());
    const latencyMs = this.#latencyMs + (this.#card.delayMs?.() ?? 0);
    if (latencyMs > 0) await this.#latency(latencyMs);
    this.#busy = false;
    if (response === 'lost') this.leave();
    if (response === 'lost' || !this.#present) {
      return cardFailure('card-removed', 'the card left before its answer was here');
    }
    this.#answersLeft -= 1;
    if (this.#answersLeft <= 0) this.leave();
    return ok(response.slice());
  }

  removed(): Promise<void> {
    return this.#left;
  }

  async close(): Promise<void> {
    this.leave();
  }

  leave(): void {
    this.#present = false;
    this.#tellLeft();
  }

  /** Ends early when the card leaves. */
  async #latency(latencyMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise((resolve) => {
      timer = setTimeout(resolve, latencyMs);
    });
    await Promise.race([passed, this.#left]);
    clearTimeout(timer);
  }
}

function readerFailure(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: kind !== 'reader-error', effect: 'none', detail });
}

function cardFailure(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: false, effect: 'unknown', detail });
}
