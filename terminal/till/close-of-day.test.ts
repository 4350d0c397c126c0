import { afterEach, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { totalsFields } from '#kernel/transaction/follow-up-messages.ts';
import {
  type Bench,
  closeDesks,
  patientBench,
  SALE,
  soon,
  tap,
  until,
} from './payment-desk.fixture.ts';
import { type AcquirerAct, answerTo, sealed } from './scripted-acquirer.fixture.ts';

afterEach(closeDesks);

/** Approves payments, and answers each reconciliation with what `totals` makes of it. */
function host(reconcile: (request: Message, count: number) => Message['fields'] | undefined) {
  let count = 0;
  const act: AcquirerAct = (request) => {
    const told = answerTo(request, '00');
    if (!request.mti.startsWith('05')) return [{ type: 'send', message: sealed(told) }];
    count += 1;
    const fields = reconcile(request, count);
    if (!fields) return [];
    const { 7: at, 11: stan, 41: terminal, 42: merchant } = request.fields;
    const echoed = { 7: at, 11: stan, 41: terminal, 42: merchant } as Message['fields'];
    return [{ type: 'send', message: sealed({ ...told, fields: { ...echoed, ...fields } }) }];
  };
  return act;
}

const totalsIn = ({ fields }: Message) =>
  Object.fromEntries([74, 76, 86, 88, 97].map((number) => [number, fields[number]]));
const closedAs = (request: Message) => ({
  ...totalsIn(request),
  ...{ 39: '00', 48: hex('DF420400000007'), 66: '1' },
});

async function sell(b: Bench, saleId: string): Promise<string> {
  const started = await b.desk.start({ ...SALE, saleId });
  if (!started.ok) throw new Error(started.error.kind);
  await tap(b);
  await until(b, 'approved');
  b.desk.dismiss(started.value.paymentId);
  return started.value.paymentId;
}

const reconciliations = (b: Bench) => b.acquirer.received.filter(({ mti }) => mti.startsWith('05'));

test('a day is closed with what the journal has of it; the next begins with nothing', async () => {
  const b = patientBench(host((request) => closedAs(request) as Message['fields']));
  const first = await sell(b, 'sale-1');
  const second = await sell(b, 'sale-2');
  await b.desk.followUps.refund(first, 430n);
  await b.desk.followUps.voidPayment(second);
  expect(await b.desk.closeOfDay.close()).toMatchObject({
    value: {
      ...{ state: 'closed', batchNumber: 7, refused: [] },
      totals: { debits: 1, debitsMinor: 1_430n, credits: 1, creditsMinor: 430n },
    },
  });
  // What is given back of yesterday is a credit of today.
  await b.desk.followUps.refund(first, 1_000n);
  expect(await b.desk.closeOfDay.close()).toMatchObject({
    value: { totals: { debits: 0, debitsMinor: 0n, credits: 1, creditsMinor: 1_000n } },
  });
  expect(reconciliations(b)[1]?.fields[97]).toBe('C0000000000001000');
  expect(await b.desk.closeOfDay.close()).toMatchObject({
    value: { totals: { debits: 0, credits: 0 } },
  });
});

test('a difference leaves it open and names both counts; it can be closed as it is', async () => {
  const theirs = { debits: 2, debitsMinor: 2_860n, credits: 0, creditsMinor: 0n };
  const b = patientBench(
    host((request) => ({
      ...(totalsFields(theirs) as Message['fields']),
      39: request.mti === '0520' ? '00' : '95',
      66: '2',
    })),
  );
  await sell(b, 'sale-1');
  const ours = { debits: 1, debitsMinor: 1_430n, credits: 0, creditsMinor: 0n };
  const told = { totals: ours, hostTotals: theirs };
  expect(await b.desk.closeOfDay.close()).toMatchObject({
    value: { state: 'difference', responseCode: '95', ...told },
  });
  // It is kept, and counted again the next time.
  expect(await b.desk.closeOfDay.report()).toMatchObject({ value: told });
  expect(await b.desk.closeOfDay.close('despite-a-difference')).toMatchObject({
    value: { state: 'closed', ...told },
  });
  expect(reconciliations(b).map(({ mti }) => mti)).toEqual(['0500', '0520']);
});

test('one that is not answered is repeated with the counts of the first time', async () => {
  const b = patientBench(
    host((request, count) => (count < 3 ? undefined : (closedAs(request) as Message['fields']))),
  );
  await sell(b, 'sale-1');
  expect(await b.desk.closeOfDay.close()).toMatchObject({ value: { state: 'waiting' } });
  expect(b.desk.undelivered()).toBe(1);
  await sell(b, 'sale-2');
  await soon(() => b.desk.undelivered() === 0);
  expect(await b.desk.closeOfDay.report()).toMatchObject({
    value: { state: 'closed', totals: { debits: 1 } },
  });
  const sent = reconciliations(b);
  expect(sent.map(({ mti }) => mti)).toEqual(['0500', '0501', '0501']);
  expect(new Set(sent.map(({ fields }) => `${fields[11]} ${fields[7]} ${fields[76]}`)).size).toBe(
    1,
  );
  // The sale that came meanwhile is in the next batch.
  expect(await b.desk.closeOfDay.close()).toMatchObject({ value: { totals: { debits: 1 } } });
});

test('nothing is closed while the host has still to be told of a payment', async () => {
  const b = patientBench(host((request) => closedAs(request) as Message['fields']));
  const paymentId = await sell(b, 'sale-1');
  b.host.setState('down');
  await b.desk.followUps.refund(paymentId, 100n);
  expect(await b.desk.closeOfDay.close()).toEqual({ ok: false, error: 'undelivered' });
  b.host.setState('up');
  await soon(() => b.desk.undelivered() === 0);
  const both = await Promise.all([b.desk.closeOfDay.close(), b.desk.closeOfDay.close()]);
  expect(both).toMatchObject([
    { value: { totals: { credits: 1, creditsMinor: 100n } } },
    { value: { totals: { credits: 0 } } },
  ]);
});

test('nothing is called off while the host has not answered what was counted', async () => {
  const b = patientBench(
    host((request, count) => (count < 3 ? undefined : (closedAs(request) as Message['fields']))),
  );
  const first = await sell(b, 'sale-1');
  const second = await sell(b, 'sale-2');
  const refund = await b.desk.followUps.refund(first, 430n);
  const stan = refund.ok ? refund.value.stan : 0;
  const closing = b.desk.closeOfDay.close();
  const counted = () => b.journal.reconciliations();
  await soon(async () => {
    const known = await counted();
    return known.ok && known.value.length > 0;
  });
  expect(await b.desk.followUps.voidPayment(second)).toEqual({ ok: false, error: 'not-now' });
  expect(await b.desk.followUps.takeBack(first, stan)).toEqual({ ok: false, error: 'not-now' });
  await closing;
  await soon(() => b.desk.undelivered() === 0);
  expect(await b.desk.closeOfDay.close()).toMatchObject({
    value: { state: 'closed', totals: { debits: 0, credits: 0 } },
  });
});
