import type {
  CallInput,
  CallOutput,
  CallResult,
  PaymentView,
  TerminalApi,
  TerminalState,
} from '#bridge/terminal-api.ts';
import { saleTotalMinor } from '#kernel/transaction/sale.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ShopSettings } from '../config/shop-settings.ts';
import type { HostSession } from '../runner/host-session.ts';
import { readPayment } from '../runner/resolver.ts';
import type { RunnerPorts, RunnerSettings } from '../runner/settings.ts';
import type { DemoWearables } from './demo-wearables.ts';
import { type CaptureTarget, PaymentDesk } from './payment-desk.ts';
import { receiptOfPayment, viewOfPayment } from './payment-view.ts';

/** What a till is put together from. */
export interface TillParts {
  readonly ports: RunnerPorts;
  readonly settings: RunnerSettings;
  readonly shop: ShopSettings;
  readonly catalogue: Catalogue;
  /** In the demonstration only. */
  readonly demoWearables?: DemoWearables;
  readonly capture?: CaptureTarget;
  /** Keeps the session with the host, for the terminal; `announce` is called when it changes. */
  readonly openSession?: (announce: () => void) => HostSession;
}

/**
 * The till behind the bridge: one payment at a time, the catalogue, receipts, and the state that
 * every screen shows. It trusts nothing of the renderer that it can check itself.
 */
export class Till implements TerminalApi {
  readonly #parts: TillParts;
  readonly #desk: PaymentDesk;
  readonly #session: HostSession | undefined;
  readonly #listeners = new Set<(state: TerminalState) => void>();
  readonly #stopWatching: (() => void)[];

  constructor(parts: TillParts) {
    this.#parts = parts;
    const announce = (): void => this.#announce();
    const session = parts.openSession?.(announce);
    this.#session = session;
    const ports = { ...parts.ports, ...(session && { session }) };
    this.#desk = new PaymentDesk(ports, parts.settings, announce, parts.capture);
    const { readers, host } = parts.ports;
    this.#stopWatching = [
      host.onStateChange(announce),
      ...readers.map((reader) => reader.onStateChange(announce)),
    ];
  }

  /** Resolves what an earlier run left open; settles once all of it is being worked on. */
  async recover(): Promise<CallResult<void>> {
    return this.#desk.recover();
  }

  /**
   * Calls off a payment that nothing was sent for, stops telling the host of others until the next
   * start, and signs off.
   */
  async close(): Promise<void> {
    for (const stop of this.#stopWatching) stop();
    await this.#desk.close();
    await this.#session?.close();
  }

  readonly subscribe = (listener: (state: TerminalState) => void): (() => void) => {
    this.#listeners.add(listener);
    listener(this.#state());
    return () => this.#listeners.delete(listener);
  };

  readonly searchCatalogue = async (input: CallInput<'searchCatalogue'>) => {
    const items = [...this.#parts.catalogue.search(input)];
    return done({ items, categories: [...this.#parts.catalogue.categories()] });
  };

  readonly findItemByBarcode = async ({ barcode }: CallInput<'findItemByBarcode'>) => {
    const item = this.#parts.catalogue.findByBarcode(barcode);
    return item ? done(item) : refused('not-found');
  };

  readonly startPayment = async (
    input: CallInput<'startPayment'>,
  ): Promise<CallResult<CallOutput<'startPayment'>>> => {
    if (input.amountMinor <= 0n || saleTotalMinor(input.lines) !== input.amountMinor) {
      return refused('amount-mismatch');
    }
    if (this.#session?.state() === 'refused') return refused('not-signed-on');
    return this.#desk.start(input);
  };

  readonly cancelPayment = async ({ paymentId }: CallInput<'cancelPayment'>) =>
    this.#desk.cancel(paymentId) ? done({}) : refused('not-now');

  readonly dismissPayment = async ({ paymentId }: CallInput<'dismissPayment'>) =>
    this.#desk.dismiss(paymentId) ? done({}) : refused('not-now');

  readonly paymentOfSale = async ({
    saleId,
  }: CallInput<'paymentOfSale'>): Promise<CallResult<PaymentView>> => {
    const { journal } = this.#parts.ports;
    const latest = await journal.latestForSale(saleId);
    if (!latest.ok) return refused('journal-failed');
    if (latest.value === undefined) return refused('not-found');
    const live = this.#desk.viewOf(latest.value);
    if (live) return done(live);
    const payment = await readPayment(this.#parts.ports, latest.value);
    return payment.ok
      ? done(viewOfPayment(latest.value, payment.value))
      : refused('journal-failed');
  };

  readonly receipt = async ({
    paymentId,
  }: CallInput<'receipt'>): Promise<CallResult<CallOutput<'receipt'>>> => {
    const payment = await readPayment(this.#parts.ports, paymentId);
    if (!payment.ok) return refused('not-found');
    const { shop, settings } = this.#parts;
    const { terminalId } = settings.identity;
    const receipt = receiptOfPayment(paymentId, payment.value, shop, terminalId);
    return receipt ? done(receipt) : refused('not-now');
  };

  readonly recentReceipts = async ({
    limit,
  }: CallInput<'recentReceipts'>): Promise<CallResult<CallOutput<'recentReceipts'>>> => {
    const recent = await this.#parts.ports.journal.recent(limit);
    if (!recent.ok) return refused('journal-failed');
    const found = await Promise.all(recent.value.map((paymentId) => this.receipt({ paymentId })));
    return done({ receipts: found.flatMap((receipt) => (receipt.ok ? [receipt.value] : [])) });
  };

  readonly presentDemoWearable = async ({ wearableId }: CallInput<'presentDemoWearable'>) =>
    this.#parts.demoWearables?.present(wearableId) ? done({}) : refused('not-found');

  #state(): TerminalState {
    const { shop, settings, ports, demoWearables } = this.#parts;
    const ready = ports.readers.filter((reader) => reader.state() === 'ready');
    return {
      shop: {
        name: shop.name,
        shift: shop.shift,
        cashier: shop.cashier,
        locale: shop.locale,
        currency: shop.currency,
        terminalId: settings.identity.terminalId,
      },
      health: {
        host: (this.#session?.isAnswering() ?? true) ? ports.host.state() : 'down',
        session: this.#session?.state() ?? 'signed-on',
        undelivered: this.#desk.undelivered(),
        reader: ready.length > 0 ? 'ready' : 'absent',
        readerNames: ready.map((reader) => reader.name),
      },
      payment: this.#desk.current(),
      unresolved: [...this.#desk.setAside()],
      demoWearables: [...(demoWearables?.list() ?? [])],
    };
  }

  #announce(): void {
    const state = this.#state();
    for (const listener of this.#listeners) listener(state);
  }
}

function done<T>(value: T): CallResult<T> {
  return { ok: true, value };
}

function refused(
  kind: Extract<CallResult<never>, { ok: false }>['error']['kind'],
): Extract<CallResult<never>, { ok: false }> {
  return { ok: false, error: { kind } };
}
