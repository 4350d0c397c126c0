import type { Message } from '#kernel/iso8583/message.ts';
import { type Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { deviceOf, type Shop } from './several-nodes.fixture.ts';

const ANSWER_MS = 4_000;
const MOST_ATTEMPTS = 12;

/** A sale and how it ended. */
export interface Sold {
  readonly terminalId: string;
  readonly sale: Sale;
  readonly answer: Message;
  readonly isReversed: boolean;
}

/** A till that sells one after the other, and what is not answered asks again elsewhere. */
export class TillUnderLoad {
  readonly sold: Sold[] = [];
  readonly #shop: Shop;
  readonly #port: number;
  /** It builds what is sent. */
  readonly #till: TestTerminal;
  #line: TestTerminal;
  reconnects = 0;

  constructor(shop: Shop, port: number, till: TestTerminal) {
    this.#shop = shop;
    this.#port = port;
    this.#till = till;
    this.#line = till;
  }

  /** Connected to this port, behind which there are nodes. */
  static async open(shop: Shop, port: number, firstStan = 1): Promise<TillUnderLoad> {
    const till = await TestTerminal.connect({ ...shop.file, port }, { firstStan });
    return new TillUnderLoad(shop, port, till);
  }

  /** Sells by its cards in turn; every seventh sale is undone, two of three verify the holder. */
  async sell(count: number, onSold: () => void = () => undefined): Promise<void> {
    const { cards } = this.#shop;
    for (let i = 0; i < count; i++) {
      const card = cards[this.sold.length % cards.length];
      if (!card) throw new Error('no card');
      const sale = this.#till.sale(card, {
        amountMinor: 100n,
        verification: i % 3 === 0 ? 'none' : 'cdcvm',
        context: { deviceToken: deviceOf(card) },
      });
      const answer = this.#till.open(await this.#ask(sale.bytes));
      const isReversed = i % 7 === 6;
      if (isReversed) {
        const reversal = this.#till.reversal(sale);
        const { fields } = this.#till.open(await this.#ask(reversal));
        if (fields[39] !== '00') throw new Error(`a reversal was answered ${fields[39]}`);
      }
      this.sold.push({ terminalId: this.#shop.file.terminalId, sale, answer, isReversed });
      onSold();
    }
  }

  close(): void {
    this.#line.close();
  }

  /** Sends a message until it is answered, on another connection whenever it was not. */
  async #ask(bytes: Uint8Array): Promise<Uint8Array> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const answer = await this.#line.exchange(bytes, ANSWER_MS);
      if (answer) return answer;
      this.#line.close();
      this.reconnects++;
      const file = { ...this.#shop.file, port: this.#port };
      this.#line = await TestTerminal.connect(file).catch(() => this.#line);
    }
    throw new Error('no node answers');
  }
}
