import { setTimeout as sleep } from 'node:timers/promises';
import * as pcsc from 'pcsc-mini';
import {
  type Hold,
  type HoldOptions,
  holdToVirtualReader,
  type VirtualCard,
} from '#wearable/vpcd.ts';

const T1_ATR = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);

/** A card of a test; what it does not say is as usual. */
export type PresentedCard = Pick<VirtualCard, 'transmit'> & Partial<VirtualCard>;

/** A hand that holds cards to the virtual reader, and sees the field as the PC/SC service does. */
export class VirtualField {
  readonly #occupied = new Set<string>();
  #client = this.#watch();
  #hold: Hold | undefined;

  /** Brings a card into the field; resolves once the service has seen it. */
  async present(card: PresentedCard, how: HoldOptions = {}): Promise<void> {
    const held: VirtualCard = {
      transmit: (command) => card.transmit(command),
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

  /** Takes the card away and looks anew, after the service was started again. */
  async renew(): Promise<void> {
    await this.close();
    this.#client = this.#watch();
    await this.remove();
  }

  async close(): Promise<void> {
    await this.#hold?.leave();
    this.#occupied.clear();
    try {
      this.#client.stop();
    } catch {
      // The service went first.
    }
  }

  #watch(): pcsc.Client {
    const client = new pcsc.Client();
    client.on('error', () => this.#occupied.clear());
    client.on('reader', (reader) => {
      reader.on('change', (status) => {
        if (status.has(pcsc.ReaderStatus.PRESENT)) this.#occupied.add(reader.name());
        else this.#occupied.delete(reader.name());
      });
    });
    return client.start();
  }
}
