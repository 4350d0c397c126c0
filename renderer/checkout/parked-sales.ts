import type { PaymentView, TerminalApi } from '#bridge/terminal-api.ts';
import { words } from '../ui/words.ts';
import { basketLines } from './basket.ts';
import type { ParkedSale } from './sale-storage.ts';
import { isOver } from './standing.ts';
import { isEditable, type TillSnapshot } from './till-snapshot.ts';
import type { TillStore } from './till-store.ts';

/** One row of the list of parked sales. */
export interface ParkedRow {
  readonly saleId: string;
  readonly amountMinor: bigint;
  /** The names of what is in it, or undefined when this till does not have its basket. */
  readonly contents: string | undefined;
  /** Undefined while the terminal is asked. */
  readonly payment: PaymentView | undefined;
}

/** Sales that were set aside while the terminal finds out whether they were charged. */
export class ParkedSales {
  readonly #api: TerminalApi;
  readonly #store: TillStore;
  readonly #askAboutSale: () => Promise<void>;
  readonly #asking = new Set<string>();

  /** `askAboutSale` asks the terminal what became of the present sale. */
  constructor(api: TerminalApi, store: TillStore, askAboutSale: () => Promise<void>) {
    this.#api = api;
    this.#store = store;
    this.#askAboutSale = askAboutSale;
  }

  /** Sets a sale aside. */
  park(sale: ParkedSale): void {
    const { parked, format } = this.#store.snapshot();
    const { basket, paymentId, amountMinor } = sale;
    const others = parked.filter((other) => other.basket.saleId !== basket.saleId);
    this.#store.change({ parked: [...others, { basket, paymentId, amountMinor }] });
    this.#store.notify(words.parked.done(format.amount(amountMinor)), 'plain');
  }

  /** Learns how parked sales ended; asks for those that the terminal does not list. */
  follow(): void {
    const { parked, parkedEnds, terminal } = this.#store.snapshot();
    if (terminal === undefined) return;
    for (const sale of parked) {
      const { saleId } = sale.basket;
      if (parkedEnds[saleId] !== undefined) continue;
      const listed = terminal.unresolved.find((payment) => payment.saleId === saleId);
      if (listed === undefined) void this.#lookUp(sale);
      else if (isOver(listed)) this.#settle(sale, listed);
    }
  }

  /** Brings a sale that took no money back into the basket, which must be empty. */
  async resume(saleId: string): Promise<void> {
    const snapshot = this.#store.snapshot();
    const sale = snapshot.parked.find((parked) => parked.basket.saleId === saleId);
    if (sale === undefined || !canResume(snapshot)) return;
    this.#store.changeBasket(sale.basket, {
      standing: { kind: 'checking' },
      selectedLineId: basketLines(sale.basket).at(-1)?.lineId,
      ...without(snapshot, saleId),
    });
    this.#takeOff(saleId);
    await this.#askAboutSale();
  }

  /** Takes a sale whose end is known off the list. */
  forget(saleId: string): void {
    this.#store.change(without(this.#store.snapshot(), saleId));
    this.#takeOff(saleId);
  }

  /** Tells the terminal that its word on this sale was read; it lists it until then. */
  #takeOff(saleId: string): void {
    const listed = this.#store.snapshot().terminal?.unresolved ?? [];
    for (const payment of listed) {
      if (payment.saleId !== saleId || !isOver(payment)) continue;
      void this.#api.dismissPayment({ paymentId: payment.paymentId });
    }
  }

  async #lookUp(sale: ParkedSale): Promise<void> {
    const { saleId } = sale.basket;
    if (this.#asking.has(saleId)) return;
    this.#asking.add(saleId);
    const answer = await this.#api.paymentOfSale({ saleId });
    this.#asking.delete(saleId);
    if (answer.ok && isOver(answer.value)) this.#settle(sale, answer.value);
  }

  #settle(sale: ParkedSale, payment: PaymentView): void {
    const { parkedEnds, format } = this.#store.snapshot();
    this.#store.change({ parkedEnds: { ...parkedEnds, [sale.basket.saleId]: payment } });
    const amount = format.amount(sale.amountMinor);
    const { settledPaid, settledNotCharged } = words.parked;
    const sentence = payment.state === 'approved' ? settledPaid : settledNotCharged;
    this.#store.notify(sentence(amount), 'plain');
  }
}

/** Whether a parked sale can be brought back now: the present basket must be empty. */
export function canResume(snapshot: TillSnapshot): boolean {
  return isEditable(snapshot) && snapshot.lines.length === 0;
}

/** The list as it is shown: our parked sales, then open payments that are not ours. */
export function parkedRows(snapshot: TillSnapshot): readonly ParkedRow[] {
  const unresolved = snapshot.terminal?.unresolved ?? [];
  const ours = snapshot.parked.map((sale): ParkedRow => {
    const { saleId } = sale.basket;
    return {
      saleId,
      amountMinor: sale.amountMinor,
      contents: basketLines(sale.basket)
        .map((line) => line.name)
        .join(', '),
      payment:
        snapshot.parkedEnds[saleId] ?? unresolved.find((payment) => payment.saleId === saleId),
    };
  });
  const known = new Set(ours.map((row) => row.saleId));
  const others = unresolved
    .filter((payment) => !known.has(payment.saleId))
    .map((payment): ParkedRow => {
      const { saleId, amountMinor } = payment;
      return { saleId, amountMinor, contents: undefined, payment };
    });
  return [...ours, ...others];
}

function without(snapshot: TillSnapshot, saleId: string) {
  const { [saleId]: _gone, ...parkedEnds } = snapshot.parkedEnds;
  const parked = snapshot.parked.filter((sale) => sale.basket.saleId !== saleId);
  return { parked, parkedEnds };
}
