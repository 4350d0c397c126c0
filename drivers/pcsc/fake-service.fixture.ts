import { EventEmitter } from 'node:events';
import type { PcscModule } from './pcsc-connection.ts';

/** The numbers of PC/SC, as pcsc-lite has them; `pcsc-mini` itself needs its library to load. */
export const CardDisposition = { LEAVE: 0, RESET: 1, UNPOWER: 2 } as const;
export const CardMode = { EXCLUSIVE: 1, SHARED: 2 } as const;
export const Protocol = { T0: 1, T1: 2 } as const;
export const ReaderStatus = { EMPTY: 16, PRESENT: 32, IN_USE: 256, MUTE: 512 } as const;

/** One of `ReaderStatus`. */
type Status = (typeof ReaderStatus)[keyof typeof ReaderStatus];

/** A PC/SC service without a machine, for what a virtual reader cannot be made to do. */
export class FakeService {
  /** Whether a client may start. */
  running = true;
  starts = 0;
  /** What the next `connect` to a card does, after `connectGate`. */
  connectError: string | undefined;
  connectGate: Promise<void> = Promise.resolve();
  /** Until when a card thinks. */
  answerGate: Promise<void> = Promise.resolve();
  readonly connects: number[] = [];
  readonly disconnects: number[] = [];
  #client: EventEmitter | undefined;
  readonly #readers = new Map<string, EventEmitter>();

  /** What `pcsc-mini` would be. */
  readonly module: PcscModule = Object.assign(
    { CardDisposition, CardMode, Protocol, ReaderStatus },
    { Client: this.#clientClass() },
  ) as unknown as PcscModule;

  /** A reader appears or changes its state. */
  change(name: string, ...status: readonly Status[]): void {
    this.#reader(name).emit('change', { has: (flag: Status) => status.includes(flag) });
  }

  /** A reader is unplugged. */
  unplug(name: string): void {
    this.#readers.get(name)?.emit('disconnect');
    this.#readers.delete(name);
  }

  /** The service ends. */
  crash(): void {
    this.running = false;
    this.#readers.clear();
    this.#client?.emit('error', coded('CommError'));
  }

  #reader(name: string): EventEmitter {
    const known = this.#readers.get(name);
    if (known) return known;
    const reader = Object.assign(new EventEmitter(), {
      name: () => name,
      connect: (_mode: number, protocol: number) => this.#connect(protocol),
    });
    this.#readers.set(name, reader);
    this.#client?.emit('reader', reader);
    return reader;
  }

  async #connect(protocol: number): Promise<unknown> {
    this.connects.push(protocol);
    const code = this.connectError;
    await this.connectGate;
    if (code !== undefined) throw coded(code);
    let isBusy = false;
    return {
      transmit: async () => {
        isBusy = true;
        await this.answerGate;
        isBusy = false;
        return Uint8Array.of(0x90, 0x00);
      },
      // As the real one: at once, and not by a promise, while a command is under way.
      disconnect: (then: number) => {
        if (isBusy) throw coded('CardIsBusy');
        this.disconnects.push(then);
        return Promise.resolve();
      },
    };
  }

  #clientClass() {
    const service = this;
    return class extends EventEmitter {
      start(): this {
        service.starts += 1;
        if (!service.running) throw coded('NoService');
        service.#client = this;
        return this;
      }
      stop(): void {
        if (!service.running) throw coded('NoService');
      }
    };
  }
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
