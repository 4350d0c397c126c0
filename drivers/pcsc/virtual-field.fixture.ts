import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Hold,
  type HoldOptions,
  holdToVirtualReader,
  type VirtualCard,
} from '#wearable/vpcd.ts';
import { ServiceWatch } from './service-watch.ts';

const T1_ATR = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);

/** A card of a test; what it does not say is as usual. */
export type PresentedCard = Pick<VirtualCard, 'transmit'> & Partial<VirtualCard>;

/** A hand that holds cards to the virtual reader, and sees the field as the PC/SC service does. */
export class VirtualField {
  readonly #occupied = new Set<string>();
  readonly #watch = new ServiceWatch(() => import('pcsc-mini'), {
    changed: (pcsc, reader, status) => {
      if (status.has(pcsc.ReaderStatus.PRESENT)) this.#occupied.add(reader.name());
      else this.#occupied.delete(reader.name());
    },
    vanished: (name) => this.#occupied.delete(name),
    lost: () => this.#occupied.clear(),
  });
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

  async close(): Promise<void> {
    await this.#hold?.leave();
    await this.#watch.stop();
  }
}
