import { beforeEach, describe, expect, test } from 'vitest';
import type { CallName, TerminalApi } from '#bridge/terminal-api.ts';
import type { BridgeClient } from '../bridge-client.ts';
import { ScriptedTerminal, sampleItem } from '../development/scripted-terminal.ts';
import { words } from '../ui/words.ts';
import { parkedRows } from './parked-sales.ts';
import { Till } from './till.ts';
import { canPay, shownPayment } from './till-snapshot.ts';

/** The double as a bridge in the same process; every answer comes a little later, as it would. */
function bridgeTo(terminal: ScriptedTerminal): BridgeClient {
  const call = (name: CallName) => async (input: never) => {
    await Promise.resolve();
    const refusal = terminal.refuseNext.get(name);
    terminal.refuseNext.delete(name);
    return refusal === undefined ? terminal.calls[name](input) : { ok: false, error: refusal };
  };
  const calls = Object.keys(terminal.calls).map((name) => [name, call(name as CallName)]);
  return {
    api: {
      ...Object.fromEntries(calls),
      subscribe(listener: Parameters<TerminalApi['subscribe']>[0]) {
        listener(terminal.state);
        return terminal.onChange(listener);
      },
    } as TerminalApi,
    link: () => 'up',
    onLinkChange: () => () => undefined,
  };
}

function memoryStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  } as unknown as Storage;
}

let terminal: ScriptedTerminal;
let storage: Storage;
let till: Till;

beforeEach(() => {
  terminal = new ScriptedTerminal();
  storage = memoryStorage();
  till = new Till(bridgeTo(terminal), storage);
});

/** Lets everything that was promised happen. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function scan(...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await till.basket.scan(sampleItem(number).barcode, 1);
}

async function beginPayment(): Promise<void> {
  await scan(1, 2);
  await till.pay();
  expect(shownPayment(till.snapshot())?.state).toBe('ready');
}

function names(): readonly string[] {
  return till.snapshot().lines.map((line) => line.name);
}

describe('the basket', () => {
  test('an unknown barcode loses nothing and is said', async () => {
    await scan(1);
    await till.basket.scan('4006381333931', 1);
    expect(names()).toHaveLength(1);
    expect(till.snapshot().notice?.text).toBe(words.scan.unknown('4006381333931'));
  });

  test('scans are kept in the order in which they came', async () => {
    await Promise.all([3, 1, 2].map((number) => scan(number)));
    expect(names()).toEqual([3, 1, 2].map((number) => sampleItem(number).name));
  });

  test('is there again after a reload, under the same sale', async () => {
    await scan(1, 1, 2);
    const { saleId } = till.snapshot().basket;
    till = new Till(bridgeTo(terminal), storage);
    await settle();
    expect(till.snapshot().basket.saleId).toBe(saleId);
    expect(till.snapshot().lines.map((line) => line.quantity)).toEqual([2, 1]);
    expect(canPay(till.snapshot())).toBe(true);
  });

  test('may not be changed while a payment is under way', async () => {
    await beginPayment();
    await scan(3);
    await till.basket.changeQuantity(1);
    await till.basket.clear();
    await till.basket.undo();
    expect(names()).toHaveLength(2);
    expect(till.snapshot().notice?.text).toBe(words.scan.locked);
  });

  test('quantity stops at one and at 999', async () => {
    await scan(1);
    await till.basket.changeQuantity(-1);
    expect(till.snapshot().lines[0]?.quantity).toBe(1);
    await till.basket.changeQuantity(998);
    await till.basket.changeQuantity(1);
    expect(till.snapshot().lines[0]?.quantity).toBe(999);
    await scan(1);
    expect(till.snapshot().notice?.text).toBe(words.scan.lineFull(sampleItem(1).name));
  });
});

describe('a payment', () => {
  test('takes along what was scanned just before it', async () => {
    void scan(1);
    void till.basket.scan(sampleItem(2).barcode, 3);
    void till.basket.changeQuantity(1);
    await till.pay();
    const { priceMinor: first } = sampleItem(1);
    const { priceMinor: second } = sampleItem(2);
    expect(shownPayment(till.snapshot())?.amountMinor).toBe(first + 4n * second);
  });

  test('that is approved ends the sale, and the next one is another', async () => {
    await beginPayment();
    const { saleId } = till.snapshot().basket;
    terminal.show({ state: 'approved' });
    await till.dismiss();
    expect(till.snapshot().lines).toEqual([]);
    expect(till.snapshot().basket.saleId).not.toBe(saleId);
    expect(till.snapshot().standing.kind).toBe('draft');
  });

  test('that is approved gives way to the next scan', async () => {
    await beginPayment();
    terminal.show({ state: 'approved' });
    await scan(7);
    expect(names()).toEqual([sampleItem(7).name]);
    expect(terminal.state.payment).toBeNull();
  });

  test('that is declined can be tried again at once, for the same sale', async () => {
    await beginPayment();
    const { saleId } = till.snapshot().basket;
    const first = terminal.state.payment?.paymentId;
    terminal.show({ state: 'declined', reason: 'over-limit' });
    await till.pay();
    expect(shownPayment(till.snapshot())).toMatchObject({ saleId, state: 'ready' });
    expect(shownPayment(till.snapshot())?.paymentId).not.toBe(first);
  });

  test('a push that is older than the dismissal is not shown again', async () => {
    await beginPayment();
    terminal.show({ state: 'declined', reason: 'expired' });
    const stale = terminal.state;
    await till.dismiss();
    terminal.change(stale);
    expect(shownPayment(till.snapshot())).toBeUndefined();
    expect(canPay(till.snapshot())).toBe(true);
  });

  test('whose begin was not answered is asked for, not guessed', async () => {
    await scan(1);
    terminal.refuseNext.set('startPayment', { kind: 'unreachable' });
    await till.pay();
    await settle();
    expect(till.snapshot().standing.kind).toBe('draft');
    expect(till.snapshot().notice?.text).toBe(words.errors.unreachable);
    await till.pay();
    expect(shownPayment(till.snapshot())?.state).toBe('ready');
  });

  test('of another basket is shown, and leaves this basket as it is', async () => {
    const other = new Till(bridgeTo(terminal), memoryStorage());
    await scan(1);
    await other.basket.scan(sampleItem(9).barcode, 1);
    await other.pay();
    expect(shownPayment(till.snapshot())?.saleId).toBe(other.snapshot().basket.saleId);
    expect(canPay(till.snapshot())).toBe(false);
    terminal.show({ state: 'declined', reason: 'expired' });
    await till.dismiss();
    expect(names()).toEqual([sampleItem(1).name]);
    expect(canPay(till.snapshot())).toBe(true);
  });
});

describe('after a reload', () => {
  test('a paid sale never becomes a draft again', async () => {
    // As if the page had died before it could begin the next sale.
    await beginPayment();
    terminal.show({ state: 'approved' });
    const before = storage.getItem('tessera.sales.1') ?? '';
    terminal.change({ payment: null });
    storage.setItem('tessera.sales.1', before);
    till = new Till(bridgeTo(terminal), storage);
    expect(canPay(till.snapshot())).toBe(false);
    await settle();
    expect(till.snapshot().lines).toEqual([]);
    expect(till.snapshot().notice?.text).toContain('is paid');
  });

  test('the basket stays locked while the terminal is not heard', async () => {
    await scan(1);
    terminal.refuseNext.set('paymentOfSale', { kind: 'unreachable' });
    till = new Till(bridgeTo(terminal), storage);
    await settle();
    expect(till.snapshot().standing.kind).toBe('checking');
    expect(canPay(till.snapshot())).toBe(false);
  });

  test('a payment under way is shown as it now stands', async () => {
    await beginPayment();
    terminal.show({ state: 'authorising' });
    till = new Till(bridgeTo(terminal), storage);
    expect(shownPayment(till.snapshot())?.state).toBe('authorising');
    expect(names()).toHaveLength(2);
  });
});

describe('a parked sale', () => {
  async function park(): Promise<string> {
    await beginPayment();
    terminal.show({ state: 'unknown', resolvingAfterMs: 5_000 });
    await till.dismiss();
    return parkedRows(till.snapshot())[0]?.saleId ?? '';
  }

  test('leaves the till free and is listed with its state', async () => {
    await park();
    expect(till.snapshot().standing.kind).toBe('draft');
    expect(till.snapshot().lines).toEqual([]);
    expect(parkedRows(till.snapshot())).toMatchObject([{ payment: { state: 'unknown' } }]);
  });

  test('that was not charged can be taken up again and paid', async () => {
    const saleId = await park();
    const paymentId = terminal.state.unresolved[0]?.paymentId;
    terminal.show({ state: 'reversed', reason: 'no-answer' }, paymentId);
    expect(till.snapshot().notice?.text).toContain('nothing was charged');
    await till.parked.resume(saleId);
    expect(till.snapshot().basket.saleId).toBe(saleId);
    expect(names()).toHaveLength(2);
    expect(parkedRows(till.snapshot())).toEqual([]);
    expect(terminal.state.unresolved).toEqual([]);
    await till.pay();
    expect(shownPayment(till.snapshot())).toMatchObject({ saleId, state: 'ready' });
  });

  test('is not taken up over a basket that is not empty', async () => {
    const saleId = await park();
    terminal.show({ state: 'reversed' }, terminal.state.unresolved[0]?.paymentId);
    await scan(5);
    await till.parked.resume(saleId);
    expect(names()).toEqual([sampleItem(5).name]);
    expect(parkedRows(till.snapshot())).toHaveLength(1);
  });

  test('is parked by itself after a restart that left its outcome open', async () => {
    await beginPayment();
    terminal.show({ state: 'authorising' });
    const payment = terminal.state.payment;
    if (payment === null) throw new Error('no payment');
    terminal.change({ payment: null, unresolved: [{ ...payment, state: 'unknown' }] });
    expect(till.snapshot().lines).toEqual([]);
    expect(parkedRows(till.snapshot())).toHaveLength(1);
  });

  test('is still there after a reload', async () => {
    const saleId = await park();
    till = new Till(bridgeTo(terminal), storage);
    expect(parkedRows(till.snapshot())).toMatchObject([{ saleId, payment: { state: 'unknown' } }]);
  });
});
