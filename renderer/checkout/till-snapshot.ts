import type { PaymentView, TerminalState } from '#bridge/terminal-api.ts';
import type { Link } from '../bridge-client.ts';
import type { ShopFormat } from '../ui/money.ts';
import type { Basket, BasketLine } from './basket.ts';
import type { ParkedSale } from './sale-storage.ts';
import type { Standing } from './standing.ts';

/** A sentence beside the scan field; it stays until the next scan or search. */
export interface Notice {
  readonly tone: 'plain' | 'caution';
  readonly text: string;
}

/** Something that happened once; `count` tells two of the same apart. */
export interface Pulse<T> {
  readonly value: T;
  readonly count: number;
}

/** Everything the checkout shows, replaced whole after each change. */
export interface TillSnapshot {
  readonly link: Link;
  /** Undefined until the terminal was heard for the first time. */
  readonly terminal: TerminalState | undefined;
  readonly format: ShopFormat;
  readonly basket: Basket;
  readonly lines: readonly BasketLine[];
  readonly standing: Standing;
  readonly selectedLineId: string | undefined;
  /** The line that was scanned last, which flashes once. */
  readonly flash: Pulse<string> | undefined;
  readonly notice: Notice | undefined;
  /** Read out by a screen reader. */
  readonly announcement: Pulse<string>;
  readonly parked: readonly ParkedSale[];
  /** How parked sales ended, by sale id. */
  readonly parkedEnds: Readonly<Record<string, PaymentView>>;
}

/** The payment to show: that of the present sale, or whatever else the terminal is busy with. */
export function shownPayment(snapshot: TillSnapshot): PaymentView | undefined {
  if (snapshot.standing.kind === 'payment') return snapshot.standing.payment;
  const payment = snapshot.terminal?.payment ?? undefined;
  return payment?.saleId === snapshot.basket.saleId ? undefined : payment;
}

/** Whether lines may be changed now. */
export function isEditable(snapshot: TillSnapshot): boolean {
  return snapshot.standing.kind === 'draft';
}

/** Whether Pay does something now. */
export function canPay(snapshot: TillSnapshot): boolean {
  return (
    snapshot.link === 'up' &&
    isEditable(snapshot) &&
    snapshot.lines.length > 0 &&
    shownPayment(snapshot) === undefined
  );
}
