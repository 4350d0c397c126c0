import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Journal } from '#kernel/ports/journal.ts';
import { amountsOf } from '#kernel/transaction/payment-follow-ups.ts';
import { readEnrolment } from '../config/enrolment.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import { openEnrolledHost } from '../runner/enrolled-host.ts';
import { readPayment } from '../runner/resolver.ts';
import { systemClock, systemEntropy } from '../runner/system.ts';
import { openDemoWearables } from '../till/demo-wearables.ts';
import { PaymentDesk } from '../till/payment-desk.ts';

/**
 * A terminal for tests: recovers, sells once or more often if it is asked to, waits until the host
 * is owed nothing, and prints how each payment and the last close of the day ended. Dies by SIGKILL
 * before or after a journal entry of one type.
 *
 * Arguments: enrolment folder, data folder, wearable to sell to or `-`, where to die, for example
 * `before:authorisation-sent`, or `-`, what is done after a sale: `refund`, `hold` (it is a
 * preauthorisation, more is held, and less is completed), `close` the day, or `-`, and how many
 * sales to make; 1 unless given.
 */
const [enrolmentDir = '', dataDir = '', wearableId = '-', dieAt = '-', then = '-', sales = '1'] =
  process.argv.slice(2);

const enrolment = await readEnrolment(path.join(enrolmentDir, 'terminal.json'));
const memory = path.join(dataDir, 'wearables.json');
const wearables = await openDemoWearables(path.join(enrolmentDir, 'wearables.json'), memory, 0);
const journal = openJournal(path.join(dataDir, 'journal.sqlite'));
if (!enrolment.ok || !wearables.ok || !journal.ok) throw new Error('the terminal cannot be opened');
const host = openEnrolledHost(enrolment.value);
if (!host.ok) throw new Error(host.error.detail);

const ports = {
  readers: [wearables.value.reader],
  host: host.value,
  journal: dying(journal.value),
  clock: systemClock,
  entropy: systemEntropy,
};
const settings = {
  ...runnerSettings(enrolment.value),
  hostTimeoutMs: 700,
  repeatDelaysMs: [50],
};
const desk = new PaymentDesk(ports, settings, () => undefined);
while (host.value.state() !== 'up') await setTimeout(5);
await desk.recover();
await settled();
for (let i = 0; wearableId !== '-' && i < Number(sales); i++) {
  await sell();
  await settled();
}
const day = await desk.closeOfDay.report();
for (const paymentId of await ids()) {
  const payment = await readPayment(ports, paymentId);
  const { intent, closed, sent } = payment.ok ? payment.value : {};
  const told = { saleId: intent?.saleId, end: closed?.end, stan: sent?.original.stan };
  const amounts = payment.ok ? amountsOf(payment.value, true) : undefined;
  const [heldMinor, takenMinor, refundedMinor] = amounts
    ? [amounts.heldMinor, amounts.takenMinor, amounts.refundedMinor].map(Number)
    : [];
  const money = { heldMinor, takenMinor, refundedMinor };
  process.stdout.write(`${JSON.stringify({ ...told, ...money })}\n`);
}
if (day.ok) {
  const { state, batchNumber, responseCode } = day.value;
  process.stdout.write(`${JSON.stringify({ day: state, batchNumber, responseCode })}\n`);
}
await desk.close();
await host.value.close();
journal.value.close();

async function sell(): Promise<void> {
  const line = { lineId: '1', itemId: '1', name: 'Bread', quantity: 1, taxPermille: 70 };
  const lines = [{ ...line, unitPriceMinor: 1430n }];
  const sale = { saleId: randomUUID(), amountMinor: 1430n, lines };
  const kind = then === 'hold' ? 'preauthorisation' : 'purchase';
  let started = await desk.start(sale, kind);
  for (; !started.ok; started = await desk.start(sale, kind)) await setTimeout(1);
  while (!wearables.ok || !wearables.value.present(wearableId)) await setImmediate();
  if (then === '-') return;
  await settled();
  const { paymentId } = started.value;
  if (then === 'refund') await desk.followUps.refund(paymentId, 430n);
  if (then === 'hold') await desk.followUps.increment(paymentId, 570n);
  if (then === 'hold') await desk.followUps.complete(paymentId, 1_900n);
  if (then === 'close') await desk.closeOfDay.close();
}

async function settled(): Promise<void> {
  for (;;) {
    const open = await ports.journal.open();
    if (open.ok && open.value.length === 0 && desk.undelivered() === 0) return;
    await setTimeout(10);
  }
}

async function ids(): Promise<readonly string[]> {
  const recent = await ports.journal.recent(5_000);
  return recent.ok ? recent.value : [];
}

/** The journal, with a power cut at one of its entries. */
function dying(real: Journal): Journal {
  const [when, type] = dieAt.split(':');
  const die = (now: string, event: string): void => {
    if (now === when && event === type) process.kill(process.pid, 'SIGKILL');
  };
  return {
    append: async (paymentId, event) => {
      die('before', event.type);
      const appended = await real.append(paymentId, event);
      die('after', event.type);
      return appended;
    },
    appendReconciliation: async (event) => {
      die('before', event.type);
      const appended = await real.appendReconciliation(event);
      die('after', event.type);
      return appended;
    },
    reconciliations: () => real.reconciliations(),
    changedSince: (place) => real.changedSince(place),
    read: (paymentId) => real.read(paymentId),
    open: () => real.open(),
    latestForSale: (saleId) => real.latestForSale(saleId),
    recent: (limit) => real.recent(limit),
    nextStan: () => real.nextStan(),
  };
}
