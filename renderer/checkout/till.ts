import type { PaymentView, TerminalState } from '#bridge/terminal-api.ts';
import type { BridgeClient } from '../bridge-client.ts';
import { shopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';
import { emptyBasket } from './basket.ts';
import { BasketEditor } from './basket-editor.ts';
import { ParkedSales } from './parked-sales.ts';
import { paymentWords } from './payment-words.ts';
import {
  isOver,
  nextStep,
  type Standing,
  type Step,
  stepAfterDismissal,
  stepFromLookup,
} from './standing.ts';
import { canPay, shownPayment, type TillSnapshot } from './till-snapshot.ts';
import { TillStore } from './till-store.ts';
import { basketTotals, toSaleLines } from './totals.ts';

const askAgainAfterMs = 1_500;

/** The checkout's behaviour: the basket here, the payment at the terminal, and how they agree. */
export class Till {
  readonly #bridge: BridgeClient;
  readonly #store: TillStore;
  /** Payments that the cashier took off the till; a push that is older than that is not shown. */
  readonly #dismissed = new Set<string>();
  #asking = false;
  readonly basket: BasketEditor;
  readonly parked: ParkedSales;

  /** Begins to follow the terminal at once. */
  constructor(bridge: BridgeClient, storage: Storage) {
    this.#bridge = bridge;
    this.#store = new TillStore(storage, bridge.link());
    this.basket = new BasketEditor(bridge.api, this.#store, () => this.#makeRoom());
    this.parked = new ParkedSales(bridge.api, this.#store, () => this.#ask());
    bridge.onLinkChange(() => this.#store.change({ link: bridge.link() }));
    bridge.api.subscribe((state) => this.#onTerminal(state));
  }

  get subscribe(): TillStore['subscribe'] {
    return this.#store.subscribe;
  }

  get snapshot(): () => TillSnapshot {
    return this.#store.snapshot;
  }

  /** Takes the sentence beside the scan field away. */
  clearNotice(): void {
    if (this.#store.snapshot().notice !== undefined) this.#store.change({ notice: undefined });
  }

  /** Begins the payment of the basket, or begins it again after one that took nothing. */
  async pay(): Promise<void> {
    await this.basket.idle();
    const before = this.#store.snapshot();
    const finished = shownPayment(before);
    if (finished !== undefined) {
      const retryable = isOver(finished) && finished.state !== 'approved';
      if (!retryable || before.link !== 'up' || before.lines.length === 0) return;
      this.#stand({ kind: 'starting' });
      if (!(await this.#takeOff(finished))) return this.#stand(before.standing);
    } else if (!canPay(before)) return;
    this.#stand({ kind: 'starting' });
    const { basket, lines } = this.#store.snapshot();
    const started = await this.#bridge.api.startPayment({
      saleId: basket.saleId,
      amountMinor: basketTotals(lines).totalMinor,
      lines: toSaleLines(lines),
    });
    if (!started.ok) this.#store.notify(words.errors[started.error.kind]);
    if (this.#store.snapshot().standing.kind !== 'starting') return;
    const mayHaveBegun =
      started.ok || started.error.kind === 'already-paid' || started.error.kind === 'unreachable';
    if (!mayHaveBegun) return this.#stand({ kind: 'draft' });
    this.#stand({ kind: 'checking' });
    await this.#ask();
  }

  /** Calls the payment off, which is possible only until a request may have left. */
  async cancel(): Promise<void> {
    const payment = shownPayment(this.#store.snapshot());
    if (payment === undefined || !payment.cancellable) return;
    const cancelled = await this.#bridge.api.cancelPayment({ paymentId: payment.paymentId });
    if (cancelled.ok) return;
    const { kind } = cancelled.error;
    this.#store.notify(kind === 'not-now' ? words.payment.tooLate : words.errors[kind]);
  }

  /** Takes a finished payment off the till, or parks the sale when its outcome is unknown. */
  async dismiss(): Promise<void> {
    const payment = shownPayment(this.#store.snapshot());
    if (payment === undefined || !(isOver(payment) || payment.state === 'unknown')) return;
    if (!(await this.#takeOff(payment))) return;
    const { basket } = this.#store.snapshot();
    if (payment.saleId === basket.saleId) this.#take(stepAfterDismissal(payment));
  }

  /** Presents a wearable of the demonstration, counted from 0. */
  async presentWearable(index: number): Promise<void> {
    const { terminal } = this.#store.snapshot();
    const wearable = terminal?.demoWearables[index];
    if (wearable === undefined || terminal?.payment?.state !== 'ready') return;
    const presented = await this.#bridge.api.presentDemoWearable({
      wearableId: wearable.wearableId,
    });
    if (!presented.ok) this.#store.notify(words.errors[presented.error.kind]);
  }

  #onTerminal(pushed: TerminalState): void {
    const before = this.#store.snapshot();
    const terminal = this.#withoutDismissed(pushed);
    const { locale, currency } = terminal.shop;
    const shop = before.terminal?.shop;
    const sameFormat = shop?.locale === locale && shop.currency === currency;
    this.#store.change({
      terminal,
      link: this.#bridge.link(),
      format: sameFormat ? before.format : shopFormat(locale, currency),
    });
    this.#take(nextStep(before.basket.saleId, before.standing, terminal));
    this.parked.follow();
  }

  #take(step: Step): void {
    const { format, lines, basket } = this.#store.snapshot();
    switch (step.kind) {
      case 'stay':
        return;
      case 'show':
        this.#show(step.payment);
        return;
      case 'park':
        this.parked.park({ ...step.payment, basket });
        this.#beginSale();
        return;
      case 'finish': {
        const wasShown = this.#store.snapshot().standing.kind === 'payment';
        const total = format.amount(basketTotals(lines).totalMinor);
        this.#beginSale();
        if (!wasShown) this.#store.notify(words.basket.alreadyPaid(total), 'plain');
        return;
      }
      case 'draft':
        this.#stand({ kind: 'draft' });
        return;
      case 'ask':
        void this.#ask();
        return;
      default:
        step satisfies never;
    }
  }

  #show(payment: PaymentView): void {
    const { standing, terminal, format } = this.#store.snapshot();
    const shown = standing.kind === 'payment' ? standing.payment : undefined;
    this.#stand({ kind: 'payment', payment });
    if (terminal === undefined) return;
    if (shown?.paymentId === payment.paymentId && shown.state === payment.state) return;
    const { headline, detail } = paymentWords(payment, terminal.health, format, Date.now());
    this.#store.change({
      notice: undefined,
      ...this.#store.spoken(words.payment.outcome(headline, detail)),
    });
  }

  /** Asks what became of the present sale, until the terminal says. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { saleId } = this.#store.snapshot().basket;
    const answer = await this.#bridge.api.paymentOfSale({ saleId });
    this.#asking = false;
    const { basket, standing, terminal } = this.#store.snapshot();
    if (terminal === undefined) return;
    const step = nextStep(basket.saleId, standing, terminal);
    if (basket.saleId !== saleId) return this.#take(step);
    if (step.kind !== 'ask') return this.#take(step);
    if (answer.ok) return this.#take(stepFromLookup(answer.value));
    if (answer.error.kind === 'not-found') return this.#take(stepFromLookup(undefined));
    setTimeout(() => {
      if (this.#store.snapshot().standing.kind === 'checking') void this.#ask();
    }, askAgainAfterMs);
  }

  /** Makes the basket free for a change, when the payment on it is over. */
  async #makeRoom(): Promise<boolean> {
    const { standing } = this.#store.snapshot();
    if (standing.kind !== 'payment') return false;
    if (!isOver(standing.payment)) {
      const unknown = standing.payment.state === 'unknown';
      this.#store.notify(unknown ? words.scan.lockedUnknown : words.scan.locked);
      return false;
    }
    await this.dismiss();
    return this.#store.snapshot().standing.kind === 'draft';
  }

  async #takeOff(payment: PaymentView): Promise<boolean> {
    this.#dismissed.add(payment.paymentId);
    const answer = await this.#bridge.api.dismissPayment({ paymentId: payment.paymentId });
    if (answer.ok || answer.error.kind === 'not-found') {
      const { terminal } = this.#store.snapshot();
      if (terminal !== undefined) {
        this.#store.change({ terminal: this.#withoutDismissed(terminal) });
      }
      return true;
    }
    this.#dismissed.delete(payment.paymentId);
    this.#store.notify(words.errors[answer.error.kind]);
    return false;
  }

  #withoutDismissed(terminal: TerminalState): TerminalState {
    const { payment } = terminal;
    const gone = payment !== null && this.#dismissed.has(payment.paymentId);
    return gone ? { ...terminal, payment: null } : terminal;
  }

  #beginSale(): void {
    this.#store.changeBasket(emptyBasket(crypto.randomUUID()), {
      standing: { kind: 'draft' },
      selectedLineId: undefined,
      flash: undefined,
    });
  }

  #stand(standing: Standing): void {
    this.#store.change({ standing });
  }
}
