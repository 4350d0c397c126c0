import { setTimeout as sleep } from 'node:timers/promises';
import * as pcsc from 'pcsc-mini';
import type { Hold, HoldOptions, VirtualCard } from '#wearable/vpcd.ts';
import { holdToVirtualReader } from '#wearable/vpcd.ts';

const T1_ATR = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);

/** A hand that holds cards to the virtual reader, and sees the field as the PC/SC service does. */
export class VirtualField {
  readonly #client = new pcsc.Client();
  readonly #occupied = new Set<string>();
  #hold: Hold | undefined;

  constructor() {
    this.#client.on('error', () => this.#occupied.clear());
    this.#client.on('reader', (reader) => {
      reader.on('change', (status) => {
        if (status.has(pcsc.ReaderStatus.PRESENT)) this.#occupied.add(reader.name());
        else this.#occupied.delete(reader.name());
      });
    });
    this.#client.start();
  }

  /** Brings a card into the field; resolves once the service has seen it. */
  async present(
    card: Pick<VirtualCard, 'transmit'> & Partial<VirtualCard>,
    how: HoldOptions = {},
  ): Promise<void> {
    const held = {
      transmit: (command: Uint8Array) => card.transmit(command),
      reset: () => card.reset?.(),
      atr: card.atr ?? T1_ATR,
    };
    this.#hold = holdToVirtualReader(held, how);
    while (this.#occupied.size === 0) await sleep(10);
  }

  /** Takes it out again; resolves once the service has seen that. */
  async remove(): Promise<void> {
    await this.#hold?.leave();
    while (this.#occupied.size > 0) await sleep(10);
  }

  async close(): Promise<void> {
    await this.#hold?.leave();
    try {
      this.#client.stop();
    } catch {
      // The service went first.
    }
  }
}
