import { randomUUID } from 'node:crypto';
import type {
  CallError,
  CallInput,
  CallName,
  CallOutput,
  CallResult,
  CatalogueItem,
  PaymentView,
  Receipt,
  SaleLine,
  TerminalState,
} from '#bridge/terminal-api.ts';
import { sampleItems } from './sample-items.ts';
import { type ScriptStep, wearableScripts } from './wearable-scripts.ts';

/** How each call is done. */
export type CallHandlers = {
  readonly [N in CallName]: (input: CallInput<N>) => CallResult<CallOutput<N>>;
};

/**
 * A double of the terminal: it keeps the bridge's contract and does what it is told, so that the
 * renderer can be seen and tested in every state. There is no payment in it at all.
 */
export class ScriptedTerminal {
  readonly #items = sampleItems();
  readonly #listeners = new Set<(state: TerminalState) => void>();
  readonly #payments = new Map<string, { view: PaymentView; lines: readonly SaleLine[] }>();
  readonly #receipts: Receipt[] = [];
  #state = initialState();
  #timers: NodeJS.Timeout[] = [];
  /** Factor on every duration of a script; 0 leaves the payment where it is put by `show`. */
  paceFactor = 1;
  /** The next call of this name is refused with this error, once. */
  readonly refuseNext = new Map<CallName, CallError>();

  get state(): TerminalState {
    return this.#state;
  }

  /** Calls `listener` after each change. */
  onChange(listener: (state: TerminalState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes the state and pushes it. */
  change(changes: Partial<TerminalState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener(this.#state);
  }

  /** Puts the present payment, or one that was set aside, into another state. */
  show(step: ScriptStep, paymentId = this.#state.payment?.paymentId): void {
    const payment = paymentId === undefined ? undefined : this.#payments.get(paymentId);
    if (payment === undefined) throw new Error('there is no payment to show');
    const { resolvingAfterMs, afterMs: _afterMs, ...changes } = step;
    const sinceMs = changes.state === payment.view.state ? payment.view.sinceMs : Date.now();
    const { progress: _p, reason: _r, responseCode: _c, resolving: _q, ...kept } = payment.view;
    const attempts = (payment.view.resolving?.attempts ?? 0) + 1;
    payment.view = {
      ...kept,
      ...changes,
      sinceMs,
      cancellable: changes.state === 'ready' || changes.state === 'reading',
      ...(resolvingAfterMs === undefined
        ? {}
        : { resolving: { attempts, nextAttemptAtMs: Date.now() + resolvingAfterMs } }),
    };
    this.#keepReceipt(payment.view, payment.lines);
    this.#publish(payment.view);
  }

  /** Ends all scripts. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  readonly calls: CallHandlers = {
    searchCatalogue: ({ query, category, limit }) => {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      const items = this.#items
        .filter((item) => category === '' || item.category === category)
        .filter((item) => words.every((word) => item.name.toLowerCase().includes(word)))
        .sort((a, b) => Number(b.favourite) - Number(a.favourite));
      const categories = [...new Set(this.#items.map((item) => item.category))];
      return done({ items: items.slice(0, limit), categories });
    },
    findItemByBarcode: ({ barcode }) => {
      const item = this.#items.find((candidate) => candidate.barcode === barcode);
      return item === undefined ? refused('not-found') : done(item);
    },
    startPayment: (input) => this.#startPayment(input),
    cancelPayment: ({ paymentId }) => {
      const { payment } = this.#state;
      if (payment?.paymentId !== paymentId) return refused('not-found');
      if (!payment.cancellable) return refused('not-now');
      this.stop();
      this.show({ state: 'cancelled', reason: 'cashier' });
      return done({});
    },
    dismissPayment: ({ paymentId }) => {
      const { payment, unresolved } = this.#state;
      const listed = unresolved.find((other) => other.paymentId === paymentId);
      if (payment?.paymentId === paymentId && payment.state === 'unknown') {
        this.change({ payment: null, unresolved: [...unresolved, payment] });
      } else if (payment?.paymentId === paymentId && isOver(payment)) {
        this.change({ payment: null });
      } else if (listed !== undefined && isOver(listed)) {
        this.change({ unresolved: unresolved.filter((other) => other !== listed) });
      } else return refused('not-now');
      return done({});
    },
    paymentOfSale: ({ saleId }) => {
      const newest = [...this.#payments.values()].findLast(({ view }) => view.saleId === saleId);
      return newest === undefined ? refused('not-found') : done(newest.view);
    },
    receipt: ({ paymentId }) => {
      const receipt = this.#receipts.find((candidate) => candidate.paymentId === paymentId);
      return receipt === undefined ? refused('not-found') : done(receipt);
    },
    recentReceipts: ({ limit }) => done({ receipts: this.#receipts.slice(0, limit) }),
    presentDemoWearable: ({ wearableId }) => {
      const script = wearableScripts[wearableId];
      if (script === undefined) return refused('not-found');
      if (this.#state.payment?.state !== 'ready') return refused('not-now');
      this.#run(script);
      return done({});
    },
  };

  #startPayment(input: CallInput<'startPayment'>): CallResult<{ paymentId: string }> {
    const { saleId, amountMinor, lines } = input;
    const total = lines.reduce(
      (sum, line) => sum + line.unitPriceMinor * BigInt(line.quantity),
      0n,
    );
    if (total !== amountMinor) return refused('amount-mismatch');
    const newest = [...this.#payments.values()].findLast(({ view }) => view.saleId === saleId);
    if (newest?.view.state === 'approved') return refused('already-paid');
    if (newest !== undefined && !isOver(newest.view)) {
      return done({ paymentId: newest.view.paymentId });
    }
    if (this.#state.payment !== null) return refused('busy');
    const view: PaymentView = {
      paymentId: randomUUID(),
      saleId,
      amountMinor,
      state: 'ready',
      sinceMs: Date.now(),
      cancellable: true,
    };
    this.#payments.set(view.paymentId, { view, lines });
    this.change({ payment: view });
    return done({ paymentId: view.paymentId });
  }

  #run(script: readonly ScriptStep[]): void {
    const paymentId = this.#state.payment?.paymentId;
    let atMs = 0;
    for (const step of script) {
      atMs += (step.afterMs ?? 0) * this.paceFactor;
      this.#timers.push(setTimeout(() => this.show(step, paymentId), atMs));
    }
  }

  #publish(view: PaymentView): void {
    if (this.#state.payment?.paymentId === view.paymentId) {
      this.change({ payment: view });
      return;
    }
    const others = this.#state.unresolved.filter((other) => other.paymentId !== view.paymentId);
    this.change({ unresolved: [...others, view] });
  }

  #keepReceipt(view: PaymentView, lines: readonly SaleLine[]): void {
    const end = endOf(view);
    if (end === undefined) return;
    const paid = end === 'approved';
    this.#receipts.unshift({
      paymentId: view.paymentId,
      saleId: view.saleId,
      merchantName: this.#state.shop.name,
      merchantAddress: '12 Mill Lane, Ashford',
      terminalId: this.#state.shop.terminalId,
      atMs: Date.now(),
      lines: [...lines],
      amountMinor: view.amountMinor,
      taxMinor: taxOf(lines),
      currency: this.#state.shop.currency,
      end,
      maskedPan: '999999******0018',
      applicationLabel: 'TESSERA PAY',
      aid: 'F0544553534501',
      ...(paid ? { approvalCode: '104811', retrievalReference: '533012000417' } : {}),
    });
  }
}

function endOf(view: PaymentView): Receipt['end'] | undefined {
  const { state } = view;
  if (state === 'approved' || state === 'declined') return state;
  return state === 'cancelled' || state === 'reversed' ? state : undefined;
}

function isOver(view: PaymentView): boolean {
  return endOf(view) !== undefined;
}

function taxOf(lines: readonly SaleLine[]): bigint {
  return lines.reduce((sum, line) => {
    const gross = line.unitPriceMinor * BigInt(line.quantity);
    return sum + (gross * BigInt(line.taxPermille)) / BigInt(1000 + line.taxPermille);
  }, 0n);
}

function done<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

function refused(kind: CallError['kind']): { readonly ok: false; readonly error: CallError } {
  return { ok: false, error: { kind } };
}

function initialState(): TerminalState {
  return {
    shop: {
      name: 'Mill Lane Grocers',
      shift: 14,
      cashier: 'Amina',
      locale: 'en-GB',
      currency: 'EUR',
      terminalId: '10000001',
    },
    health: {
      host: 'up',
      session: 'signed-on',
      undelivered: 0,
      reader: 'ready',
      readerNames: ['Scripted reader'],
    },
    payment: null,
    unresolved: [],
    demoWearables: [
      { wearableId: 'everyday', name: 'Everyday ring', hint: '1,000.00 on the account' },
      { wearableId: 'empty', name: 'Empty band', hint: 'Nothing on the account' },
      { wearableId: 'silent', name: 'Silent watch', hint: 'The answer never comes' },
    ],
  };
}

/** An article of the double's shop by its number, from 1. */
export function sampleItem(number: number): CatalogueItem {
  const item = sampleItems()[number - 1];
  if (item === undefined) throw new Error(`the sample shop has no item ${number}`);
  return item;
}
