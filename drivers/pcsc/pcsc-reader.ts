import type { Reader, ReaderStatusFlags } from 'pcsc-mini';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { CancelSignal } from '#kernel/ports/cancel-signal.ts';
import type { CardConnection, CardReader, ReaderState } from '#kernel/ports/card-reader.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { openConnection, type PcscConnection, type PcscModule } from './pcsc-connection.ts';
import { ServiceWatch } from './service-watch.ts';

/** What the PC/SC driver may be given. */
export interface PcscOptions {
  /** Loads `pcsc-mini`; rejects where it is not installed. */
  readonly load?: () => Promise<PcscModule>;
}

/** All PC/SC slots of this machine as one reader: the first card in any of them is taken. */
export function openPcscReaders(options: PcscOptions = {}): PcscReader {
  return new PcscReader(options.load ?? (() => import('pcsc-mini')));
}

type Connected = Result<CardConnection, PortFailure>;

interface Slot {
  readonly reader: Reader;
  /** What lies in the field. A card that must not be taken has to leave first. */
  card: { mayTake: boolean; connecting: boolean } | undefined;
  connection: PcscConnection | undefined;
}

/** The card reader over PC/SC. Absent while the service or every reader is missing. */
export class PcscReader implements CardReader {
  readonly #watch: ServiceWatch;
  readonly #slots = new Map<string, Slot>();
  readonly #listeners = new Set<(state: ReaderState) => void>();
  #settleWaiting: ((outcome: Connected) => void) | undefined;
  #closed = false;

  constructor(load: () => Promise<PcscModule>) {
    this.#watch = new ServiceWatch(load, {
      changed: (pcsc, reader, status) => this.#changed(pcsc, reader, status),
      vanished: (name) => this.#vanished([name]),
      lost: () => this.#vanished([...this.#slots.keys()]),
    });
  }

  get name(): string {
    return [...this.#slots.keys()].join(', ') || 'PC/SC';
  }

  state(): ReaderState {
    return this.#slots.size > 0 ? 'ready' : 'absent';
  }

  onStateChange(listener: (state: ReaderState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(signal: CancelSignal): Promise<Connected> {
    if (signal.aborted || this.#closed) return readerFailure('cancelled', 'nobody waits any more');
    if (this.#slots.size === 0) return readerFailure('reader-absent', 'there is no PC/SC reader');
    if (this.#settleWaiting) return readerFailure('reader-error', 'connect is under way already');
    for (const { card } of this.#slots.values()) {
      if (card) card.mayTake = false;
    }
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
    this.#settleWaiting?.(readerFailure('cancelled', 'the reader was closed'));
    this.#listeners.clear();
    await Promise.all([...this.#slots.values()].map(({ connection }) => connection?.close()));
    await this.#watch.stop();
    this.#slots.clear();
  }

  #changed(pcsc: PcscModule, reader: Reader, status: ReaderStatusFlags): void {
    const present = status.has(pcsc.ReaderStatus.PRESENT);
    const known = this.#slots.get(reader.name());
    const slot = known ?? { reader, card: undefined, connection: undefined };
    if (!present) {
      slot.card = undefined;
      void slot.connection?.close();
      slot.connection = undefined;
    } else {
      // Nobody saw the first card of a slot come.
      slot.card ??= { mayTake: known !== undefined, connecting: false };
    }
    if (!known) this.#appeared(slot);
    if (present && !status.has(pcsc.ReaderStatus.MUTE)) void this.#take(pcsc, slot);
  }

  /** Powers the card for the one who waits; if that fails, its next change of state tries again. */
  async #take(pcsc: PcscModule, slot: Slot): Promise<void> {
    const { card } = slot;
    const settle = this.#settleWaiting;
    if (!settle || !card?.mayTake || card.connecting) return;
    card.connecting = true;
    const opened = await openConnection(pcsc, slot.reader);
    card.connecting = false;
    if (!opened.ok) return;
    if (slot.card !== card || settle !== this.#settleWaiting) {
      card.mayTake = false;
      return void opened.value.close();
    }
    slot.connection = opened.value;
    card.mayTake = false;
    settle(ok(opened.value));
  }

  #appeared(slot: Slot): void {
    this.#slots.set(slot.reader.name(), slot);
    if (this.#slots.size === 1) this.#tell('ready');
  }

  #vanished(names: readonly string[]): void {
    for (const name of names) {
      const slot = this.#slots.get(name);
      if (!slot) continue;
      this.#slots.delete(name);
      slot.card = undefined;
      void slot.connection?.close();
    }
    if (names.length === 0 || this.#slots.size > 0) return;
    this.#settleWaiting?.(readerFailure('reader-absent', 'the last PC/SC reader is gone'));
    this.#tell('absent');
  }

  #tell(state: ReaderState): void {
    for (const listener of this.#listeners) listener(state);
  }
}

function readerFailure(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: kind !== 'reader-error', effect: 'none', detail });
}
