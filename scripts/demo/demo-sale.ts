import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { readUint } from '#kernel/bytes/bytes.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import type { Payment, PaymentEnd } from '#kernel/transaction/payment.ts';
import { type SaleLine, saleTotalMinor } from '#kernel/transaction/sale.ts';
import { SCORING_TAGS } from '#kernel/transaction/scoring-dataset.ts';
import { capturePayment } from '#terminal/capture/capture.ts';
import { DEFAULT_SHOP } from '#terminal/config/shop-settings.ts';
import { together } from '#terminal/runner/observer.ts';
import { runPayment } from '#terminal/runner/payment-runner.ts';
import { resolveOnce } from '#terminal/runner/resolver.ts';
import type { DemoShop } from './demo-shop.ts';
import { type Recording, recordPayment } from './recording.ts';

/** Which sale to show. */
export interface DemoOrder {
  readonly wearableId: 'everyday' | 'empty' | 'silent';
  readonly expected: PaymentEnd;
  /** What the basket is to come to. */
  readonly amountMinor?: bigint;
  /** Where the payment is kept as a test vector. */
  readonly captureFile?: string;
}

/** Where the time went, in ms. */
export interface DemoTimings {
  /** All APDUs. */
  readonly card: number;
  readonly kernel: number;
  /** The exchange with the host, without what follows; the commit is in it. */
  readonly network: number;
  readonly verification: number;
  readonly scoring: number;
  /** Until the host had read and locked the account. */
  readonly account: number;
  /** From the tap to the outcome. */
  readonly total: number;
}

/** A sale that was shown. Holds card data: only ever printed masked. */
export interface DemoResult {
  readonly outcome: PaymentEnd;
  readonly amountMinor: bigint;
  readonly lines: readonly SaleLine[];
  readonly shopName: string;
  readonly wearableName: string;
  readonly payment: Payment;
  readonly recording: Recording;
  readonly timingsMs: DemoTimings;
}

/** Sells once, from the intent to the closed payment. The error is a sentence. */
export async function demoSale(
  order: DemoOrder,
  { ports, settings, wearables }: DemoShop,
): Promise<Result<DemoResult, string>> {
  const lines = order.amountMinor === undefined ? BASKET : basketOf(order.amountMinor);
  const amountMinor = saleTotalMinor(lines);
  const paymentId = randomUUID();
  const { currency } = settings;
  const atMs = ports.clock.nowMs();
  const intent = {
    type: 'intent',
    atMs,
    saleId: randomUUID(),
    amountMinor,
    currency,
    lines,
  } as const;
  const written = await ports.journal.append(paymentId, intent);
  if (!written.ok) return fail(written.error.detail);

  const { observer: recorder, recording } = recordPayment();
  const capture = capturePayment(settings.mode, ports.entropy);
  const observer = together(recorder, capture.observer);
  const never = new AbortController().signal;
  const payment = { paymentId, amountMinor, basketLines: lines.length };
  const running = runPayment(ports, settings, payment, never, observer);
  // The reader takes a wearable only once it waits for one.
  while (!wearables.present(order.wearableId)) await setImmediate();
  const tapped = performance.now();
  const ended = await running;
  if (!ended.ok) return fail(ended.error.detail);
  if (order.captureFile !== undefined) {
    const kept = await capture.write(order.captureFile, `demo-${order.wearableId}`);
    if (!kept.ok) return fail(`The payment could not be captured: ${kept.error}.`);
  }
  const resolved = await resolveOnce(ports, settings, paymentId, 'timeout', observer);
  const total = performance.now() - tapped;
  if (!resolved.ok) return fail(resolved.error.detail);
  const closed = resolved.value.type === 'closed' ? resolved.value.payment : undefined;
  if (!closed?.closed)
    return fail('The host does not answer the reversal: the sale stays unknown.');
  return ok({
    outcome: closed.closed.end,
    amountMinor,
    lines,
    shopName: DEFAULT_SHOP.name,
    wearableName: wearables.list().find((w) => w.wearableId === order.wearableId)?.name ?? '',
    payment: closed,
    recording,
    timingsMs: timings(recording, total),
  });
}

/** What is in the basket when no amount is asked for. */
const BASKET: readonly SaleLine[] = [
  line('1', 'Oat milk 1 l', 2, 240n),
  line('2', 'Sourdough bread 500 g', 1, 450n),
  line('3', 'Ground coffee 250 g', 1, 500n),
];

function basketOf(amountMinor: bigint): readonly SaleLine[] {
  return [line('1', 'Groceries', 1, amountMinor)];
}

function line(lineId: string, name: string, quantity: number, unitPriceMinor: bigint): SaleLine {
  return { lineId, itemId: lineId, name, quantity, unitPriceMinor, taxPermille: 70 };
}

function timings(recording: Recording, total: number): DemoTimings {
  const card = recording.apdus.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const [authorisation] = recording.exchanges;
  const scored = authorisation?.answer?.fields[61];
  const parts = typeof scored === 'object' ? decodeTlv(scored) : undefined;
  const partMs = (tag: string): number => {
    const value = parts?.ok ? findTag(parts.value, tag)?.value : undefined;
    return value ? readUint(value) / 1000 : 0;
  };
  const verification = partMs(SCORING_TAGS.verificationUs);
  const scoring = partMs(SCORING_TAGS.scoringUs);
  const account = partMs(SCORING_TAGS.accountUs);
  const network = (authorisation?.elapsedMs ?? 0) - verification - scoring - account;
  return { card, kernel: recording.kernelMs, network, verification, scoring, account, total };
}
