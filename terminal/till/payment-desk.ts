import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { CallInput, CallOutput, CallResult, PaymentView } from '#bridge/terminal-api.ts';
import type { PaymentOutcome } from '#kernel/transaction/contactless-payment.ts';
import type { EndReason, PaymentEnd, PaymentKind } from '#kernel/transaction/payment.ts';
import { capturePayment } from '../capture/capture.ts';
import { type PaymentObserver, together } from '../runner/observer.ts';
import { type PaymentOrder, runPayment } from '../runner/payment-runner.ts';
import { readPayment } from '../runner/resolver.ts';
import type { RunnerPorts, RunnerSettings } from '../runner/settings.ts';
import { type ForwardNews, StoreAndForward } from '../runner/store-and-forward.ts';
import { CloseOfDay } from './close-of-day.ts';
import { FollowUpDesk } from './follow-up-desk.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { isOver, nextTry, phaseOf, progress, reasonOfTry } from './payment-phase.ts';
import { viewOfPayment } from './payment-view.ts';

type Start = CallInput<'startPayment'>;

/** Where every payment is kept as a vector; in development only. */
export interface CaptureTarget {
  readonly directory: string;
  /** Is told, in a sentence, what was written or why nothing was. */
  say(sentence: string): void;
}

/**
 * The payments that the till knows of now: the one it is busy with, and those set aside until their
 * outcome is known. Everything else is in the journal.
 */
export class PaymentDesk {
  readonly #ports: RunnerPorts;
  readonly #settings: RunnerSettings;
  readonly #announce: () => void;
  readonly #queue: StoreAndForward;
  /** What is done about payments that are over. */
  readonly followUps: FollowUpDesk;
  readonly closeOfDay: CloseOfDay;
  readonly #aside = new Map<string, PaymentView>();
  #current: PaymentView | null = null;
  #calledOff = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #starting = false;
  readonly #capture: CaptureTarget | undefined;

  constructor(
    ports: RunnerPorts,
    settings: RunnerSettings,
    announce: () => void,
    capture?: CaptureTarget,
  ) {
    this.#capture = capture;
    this.#ports = ports;
    this.#settings = settings;
    this.#announce = announce;
    this.#queue = new StoreAndForward(ports, settings, (news) => this.#hear(news));
    const inTurn = new OneAtATime();
    this.followUps = new FollowUpDesk(ports, this.#queue, inTurn, announce);
    this.closeOfDay = new CloseOfDay(ports, settings, this.#queue, inTurn);
  }

  current(): PaymentView | null {
    return this.#current;
  }

  setAside(): Iterable<PaymentView> {
    return this.#aside.values();
  }

  /** Of how much the host has still to be told. */
  undelivered(): number {
    return this.#queue.count;
  }

  viewOf(paymentId: string): PaymentView | undefined {
    if (this.#current?.paymentId === paymentId) return this.#current;
    return this.#aside.get(paymentId);
  }

  /**
   * Writes the intent and begins; a sale that is paid or open is never begun again. A
   * preauthorisation is held until `followUps` completes it; a balance inquiry has no amount.
   */
  async start(
    sale: Start,
    kind: PaymentKind = 'purchase',
  ): Promise<CallResult<CallOutput<'startPayment'>>> {
    if (this.#starting) return refused('busy');
    this.#starting = true;
    try {
      return await this.#start(sale, kind);
    } finally {
      this.#starting = false;
    }
  }

  /** Calls the payment off. False once a request may have left the machine, or when it is over. */
  cancel(paymentId: string): boolean {
    if (this.#current?.paymentId !== paymentId || !this.#current.cancellable) return false;
    this.#calledOff.abort();
    return true;
  }

  /** Takes a payment that is over off the till, or sets one aside whose outcome is unknown. */
  dismiss(paymentId: string): boolean {
    const view = this.viewOf(paymentId);
    if (!view) return false;
    if (view === this.#current) {
      if (!isOver(view) && view.state !== 'unknown') return false;
      if (view.state === 'unknown') this.#aside.set(paymentId, view);
      this.#current = null;
    } else {
      if (!isOver(view)) return false;
      this.#aside.delete(paymentId);
    }
    this.#announce();
    return true;
  }

  /** Sets every payment that an earlier run left open aside, and takes up what the host is owed. */
  async recover(): Promise<CallResult<void>> {
    const open = await this.#ports.journal.open();
    if (!open.ok) return refused('journal-failed');
    for (const paymentId of open.value) {
      const payment = await readPayment(this.#ports, paymentId);
      if (!payment.ok) return refused('journal-failed');
      if (!payment.value.closed) {
        this.#aside.set(paymentId, viewOfPayment(paymentId, payment.value));
      }
      void this.#queue.add(paymentId, 'restart');
    }
    if (!(await this.closeOfDay.recover()).ok) return refused('journal-failed');
    this.#announce();
    return { ok: true, value: undefined };
  }

  async close(): Promise<void> {
    this.#calledOff.abort();
    this.#queue.close();
    await this.#running;
  }

  async #start(sale: Start, kind: PaymentKind): Promise<CallResult<CallOutput<'startPayment'>>> {
    if (this.#current?.saleId === sale.saleId && !isOver(this.#current)) {
      return { ok: true, value: { paymentId: this.#current.paymentId } };
    }
    if (this.#current && !isOver(this.#current)) return refused('busy');
    if (this.#queue.isFull) return refused('too-much-undelivered');
    const earlier = await this.#earlierEnd(sale.saleId);
    if (earlier === 'journal-failed') return refused('journal-failed');
    if (earlier === 'approved') return refused('already-paid');
    if (earlier === 'open') return refused('busy');

    const paymentId = randomUUID();
    const atMs = this.#ports.clock.nowMs();
    const { saleId, amountMinor, lines } = sale;
    const { currency } = this.#settings;
    const kinds = kind === 'purchase' ? {} : { kind };
    const intent = {
      type: 'intent',
      atMs,
      saleId,
      amountMinor,
      currency,
      lines,
      ...kinds,
    } as const;
    const written = await this.#ports.journal.append(paymentId, intent);
    if (!written.ok) return refused('journal-failed');
    this.#calledOff = new AbortController();
    const begun = { paymentId, saleId, amountMinor, sinceMs: atMs, cancellable: true };
    this.#current = { ...begun, state: 'ready' };
    this.#announce();
    this.#running = this.#run(paymentId, sale, kind);
    return { ok: true, value: { paymentId } };
  }

  async #earlierEnd(saleId: string): Promise<PaymentEnd | 'none' | 'open' | 'journal-failed'> {
    const latest = await this.#ports.journal.latestForSale(saleId);
    if (!latest.ok) return 'journal-failed';
    if (latest.value === undefined) return 'none';
    const payment = await readPayment(this.#ports, latest.value);
    if (!payment.ok) return 'journal-failed';
    return payment.value.closed?.end ?? 'open';
  }

  async #run(paymentId: string, sale: Start, kind: PaymentKind): Promise<void> {
    const { amountMinor, lines } = sale;
    const order = { paymentId, amountMinor, basketLines: lines.length, kind };
    let mustVerify: PaymentOrder['mustVerify'];
    let { outcome, capture } = await this.#runOnce(order);
    while (outcome.ok) {
      // The same intent, tried once more.
      mustVerify = nextTry(outcome.value, mustVerify, this.#ports.pinPad !== undefined);
      if (!mustVerify) break;
      const reason = reasonOfTry(mustVerify, outcome.value);
      this.#change(paymentId, { state: 'ready', reason, cancellable: true });
      ({ outcome, capture } = await this.#runOnce({ ...order, mustVerify }));
    }
    const cancelled = !outcome.ok && outcome.error.kind === 'cancelled';
    if (outcome.ok) await this.#conclude(paymentId, outcome.value);
    else await this.#finish(paymentId, 'cancelled', cancelled ? 'cashier' : 'terminal-error');
    const target = this.#capture;
    if (!target || !capture) return;
    const file = path.join(target.directory, `${paymentId}.json`);
    const written = await capture.write(file, paymentId);
    target.say(written.ok ? `Captured: ${file}` : `Not captured: ${written.error}.`);
  }

  async #runOnce(order: PaymentOrder) {
    const capture = this.#capture && capturePayment(this.#settings.mode, this.#ports.entropy);
    const watching = this.#watch(order.paymentId);
    const observer = capture ? together(watching, capture.observer) : watching;
    const signal = this.#calledOff.signal;
    const outcome = await runPayment(this.#ports, this.#settings, order, signal, observer);
    return { outcome, capture };
  }

  /** What the till's screen shows of a payment on its way. */
  #watch(paymentId: string): PaymentObserver {
    let exchanges = 0;
    return {
      shown: (request) => this.#change(paymentId, phaseOf(request, this.#current?.state)),
      cardFound: () => this.#change(paymentId, { state: 'reading', progress: progress(0) }),
      apdu: () => this.#change(paymentId, { progress: progress(++exchanges) }),
    };
  }

  /** Writes how it ended, then shows it; what is not known goes to the queue. */
  async #conclude(paymentId: string, outcome: PaymentOutcome): Promise<void> {
    switch (outcome.type) {
      case 'approved':
        return this.#finish(paymentId, 'approved');
      case 'declined':
      case 'cancelled':
        return this.#finish(paymentId, outcome.type, outcome.reason);
      case 'unknown':
        return this.#resolve(paymentId);
      default:
        return outcome satisfies never;
    }
  }

  async #finish(paymentId: string, end: PaymentEnd, reason?: EndReason): Promise<void> {
    const atMs = this.#ports.clock.nowMs();
    const { journal } = this.#ports;
    const closed = { type: 'closed', atMs, end, ...(reason && { reason }) } as const;
    await journal.append(paymentId, closed);
    // Without the closing entry the next start reads the same end from the entries before it.
    const payment = await readPayment(this.#ports, paymentId);
    if (!payment.ok) return this.#resolve(paymentId);
    this.#replace({ ...viewOfPayment(paymentId, payment.value), state: end });
  }

  #resolve(paymentId: string): void {
    this.#change(paymentId, { state: 'unknown', cancellable: false });
    void this.#queue.add(paymentId, 'timeout');
  }

  #hear(news: ForwardNews): void {
    // Of a payment that was over before nothing new is shown but how much is owed.
    if (!this.viewOf(news.paymentId)) {
      this.#announce();
      return;
    }
    if (news.type === 'closed') {
      this.#replace(viewOfPayment(news.paymentId, news.payment));
      return;
    }
    const { attempts, nextAttemptAtMs } = news;
    this.#change(news.paymentId, { resolving: { attempts, nextAttemptAtMs } });
  }

  #change(paymentId: string, change: Partial<PaymentView>): void {
    const view = this.viewOf(paymentId);
    if (!view) return;
    const moved = change.state !== undefined && change.state !== view.state;
    this.#replace({ ...view, ...change, ...(moved && { sinceMs: this.#ports.clock.nowMs() }) });
  }

  #replace(view: PaymentView): void {
    if (this.#current?.paymentId === view.paymentId) {
      this.#current = view;
    } else if (view.state === 'cancelled') {
      // Called off by a restart before anything was sent: there is nothing to tell anybody.
      this.#aside.delete(view.paymentId);
    } else {
      this.#aside.set(view.paymentId, view);
    }
    this.#announce();
  }
}

function refused(kind: 'busy' | 'already-paid' | 'journal-failed' | 'too-much-undelivered'): {
  readonly ok: false;
  readonly error: { readonly kind: typeof kind };
} {
  return { ok: false, error: { kind } };
}
