import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCard } from '../acquirer/test-card.fixture.ts';
import { type Sale, type TerminalFile, TestTerminal } from '../acquirer/test-terminal.fixture.ts';

/** What a terminal knows of a sale it began. */
export interface SaleRecord {
  readonly sale: Sale;
  /** `open` is between sending and knowing. */
  end: 'open' | 'approved' | 'declined' | 'reversed';
  /** What it was approved or declined with. */
  answer?: Uint8Array;
}

const ANSWER_TIMEOUT_MS = 1_500;
const STANS_OF_A_CONNECTION = 5_000;
const AMOUNT_MINOR = 100n;

/**
 * A terminal that sells one after the other, connects anew whenever its line is cut, and reverses
 * what it was not answered, until that is answered.
 */
export class SellingTerminal {
  readonly records: SaleRecord[] = [];
  readonly file: TerminalFile;
  readonly #cards: readonly TestCard[];
  #terminal: TestTerminal | undefined;
  #connections = 0;

  constructor(file: TerminalFile, cards: readonly TestCard[]) {
    this.file = file;
    this.#cards = cards;
  }

  /** Sells until it is told to stop; then until nothing is open. */
  async sell(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const terminal = await this.line();
      const card = this.#cards[this.records.length % this.#cards.length];
      if (!card) throw new Error('a terminal sells to cards');
      const sale = terminal.sale(card, { amountMinor: AMOUNT_MINOR, verification: 'cdcvm' });
      const record: SaleRecord = { sale, end: 'open' };
      this.records.push(record);
      const answer = await terminal.exchange(sale.bytes, ANSWER_TIMEOUT_MS);
      if (answer) {
        record.answer = answer;
        record.end = terminal.open(answer).fields[39] === '00' ? 'approved' : 'declined';
      } else {
        await this.#reverse(record);
      }
    }
  }

  /** A line to the host that is open now; waits until there is one. */
  async line(): Promise<TestTerminal> {
    while (!this.#terminal || this.#terminal.isCut) {
      const firstStan = this.#connections * STANS_OF_A_CONNECTION + 1;
      this.#terminal = await TestTerminal.connect(this.file, { firstStan }).catch(() => undefined);
      if (this.#terminal) this.#connections++;
      else await sleep(30);
    }
    return this.#terminal;
  }

  close(): void {
    this.#terminal?.close();
  }

  async #reverse(record: SaleRecord): Promise<void> {
    for (let attempt = 1; record.end === 'open'; attempt++) {
      const terminal = await this.line();
      // An answer that comes late is nothing to it any more.
      const reversal = terminal.reversal(record.sale, { attempt });
      const stan = terminal.open(reversal).fields[11];
      terminal.raw(Uint8Array.of(reversal.length >> 8, reversal.length & 255, ...reversal));
      for (;;) {
        const answer = await terminal.next(ANSWER_TIMEOUT_MS);
        if (!answer) break;
        const { mti, fields } = terminal.open(answer);
        if (mti !== '0410' || fields[11] !== stan) continue;
        if (fields[39] !== '00') throw new Error(`a reversal was answered ${fields[39]}`);
        record.end = 'reversed';
        break;
      }
    }
  }
}
