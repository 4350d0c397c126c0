import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '#kernel/iso8583/message.ts';
import {
  type Bench,
  closeDesks,
  events,
  patientBench,
  SALE,
  soon,
  start,
  tap,
  until,
} from './payment-desk.fixture.ts';
import { type AcquirerAct, answer } from './scripted-acquirer.fixture.ts';

afterEach(closeDesks);

/** Sells, or holds, 14.30; its payment. */
async function paid(b: Bench, kind: 'purchase' | 'preauthorisation' = 'purchase') {
  const started = await b.desk.start(SALE, kind);
  if (!started.ok) throw new Error(started.error.kind);
  await tap(b);
  await until(b, 'approved');
  return started.value.paymentId;
}

const followUpsOf = (b: Bench) => b.acquirer.received.slice(1);
const nameOf = ({ fields }: Message) => `${fields[11]} ${fields[7]}`;

describe('a follow-up', () => {
  test('is in the journal before it is sent, and names the payment', async () => {
    const b = patientBench();
    const paymentId = await paid(b, 'preauthorisation');
    expect(b.acquirer.received[0]?.fields[25]).toBe('06');
    const done = await b.desk.followUps.complete(paymentId, 1_000n);
    expect(done).toMatchObject({ value: { state: 'done', amountMinor: 1_000n } });
    expect((await events(b, paymentId)).slice(-3)).toEqual([
      'follow-up-queued',
      'follow-up-sent',
      'follow-up-answered',
    ]);
    const [request, completion] = b.acquirer.received;
    expect(completion).toMatchObject({ mti: '0220', fields: { 4: '000000001000', 25: '06' } });
    expect(String(completion?.fields[90])).toContain(`0100${request?.fields[11]}`);
  });

  test('that is not answered is repeated under its first name until it is', async () => {
    let tries = 0;
    const b = patientBench((request) => {
      if (request.mti === '0100') return [answer(request, '00')];
      tries += 1;
      return tries < 3 ? [] : [answer(request, '00')];
    });
    const paymentId = await paid(b);
    const first = await b.desk.followUps.refund(paymentId, 400n);
    expect(first).toMatchObject({ value: { state: 'waiting' } });
    expect(b.desk.undelivered()).toBe(1);
    await soon(() => b.desk.undelivered() === 0);
    expect(b.acquirer.types).toEqual(['0100', '0200', '0201', '0201']);
    expect(new Set(followUpsOf(b).map(nameOf)).size).toBe(1);
    const stan = first.ok ? first.value.stan : 0;
    expect(await b.desk.followUps.outcomeOf(paymentId, stan)).toMatchObject({
      value: { state: 'done', responseCode: '00' },
    });
  });

  test.each(['58', '91', '96'])('answered %s is sent again: that is no end', async (code) => {
    const codes = [code, '00'];
    const b = patientBench((request) => [
      answer(request, request.mti === '0100' ? '00' : (codes.shift() ?? '00')),
    ]);
    const paymentId = await paid(b);
    await b.desk.followUps.refund(paymentId, 400n);
    await soon(() => b.desk.undelivered() === 0);
    expect(b.acquirer.types).toEqual(['0100', '0200', '0201']);
  });

  test('that the host refuses is told as refused, and undoes nothing here', async () => {
    const b = patientBench((request) => [answer(request, request.mti === '0100' ? '00' : '12')]);
    const paymentId = await paid(b);
    const refused = await b.desk.followUps.voidPayment(paymentId);
    expect(refused).toMatchObject({ value: { state: 'refused', responseCode: '12' } });
    expect(await b.desk.followUps.refund(paymentId, 1_430n)).toMatchObject({
      value: { state: 'refused' },
    });
  });

  test('takes no more than there is, of what there is, and none of what was not paid', async () => {
    const b = patientBench();
    const paymentId = await paid(b);
    const { followUps } = b.desk;
    const kinds = [
      await followUps.refund(paymentId, 1_431n),
      await followUps.refund(paymentId, 0n),
      await followUps.complete(paymentId, 1n),
      await followUps.increment(paymentId, 1n),
      await followUps.takeBack(paymentId, 77),
      await followUps.refund('nobody', 1n),
    ];
    expect(kinds.map((each) => !each.ok && each.error)).toEqual([
      ...['bad-amount', 'bad-amount', 'not-now', 'not-now'],
      ...['no-such-follow-up', 'no-such-payment'],
    ]);
    // Two at once do not give back more than was taken.
    const both = await Promise.all([
      followUps.refund(paymentId, 1_000n),
      followUps.refund(paymentId, 1_000n),
    ]);
    expect(both).toMatchObject([{ value: { state: 'done' } }, { error: 'bad-amount' }]);
    expect(await followUps.voidPayment(paymentId)).toMatchObject({ error: 'not-now' });
    expect(b.acquirer.types).toEqual(['0100', '0200']);
  });

  test('that was a mistake is taken back by a reversal advice that names it', async () => {
    const b = patientBench();
    const paymentId = await paid(b, 'preauthorisation');
    const { followUps } = b.desk;
    const more = await followUps.increment(paymentId, 500n);
    expect(more).toMatchObject({ value: { state: 'done' } });
    const stan = more.ok ? more.value.stan : 0;
    expect(await followUps.takeBack(paymentId, stan)).toMatchObject({ value: { state: 'done' } });
    expect(await followUps.takeBack(paymentId, stan)).toMatchObject({ error: 'no-such-follow-up' });
    expect(await followUps.complete(paymentId, 1_431n)).toMatchObject({ error: 'bad-amount' });
    const [increment, advice] = followUpsOf(b);
    expect(advice).toMatchObject({ mti: '0420', fields: { 39: '17', 4: '000000000500' } });
    expect(advice?.fields[90]).toBe(
      `0100${increment?.fields[11]}${increment?.fields[7]}${'0'.repeat(22)}`,
    );
  });
});

describe('without a line', () => {
  test('refunds are decided here and sent as advices, in order, when it is back', async () => {
    const b = patientBench();
    const paymentId = await paid(b, 'preauthorisation');
    b.host.setState('down');
    const { followUps } = b.desk;
    expect(await followUps.increment(paymentId, 1n)).toMatchObject({ error: 'host-unreachable' });
    for (const outcome of [
      await followUps.complete(paymentId, 1_200n),
      await followUps.refund(paymentId, 300n),
      await followUps.refund(paymentId, 100n),
    ]) {
      expect(outcome).toMatchObject({ value: { state: 'waiting' } });
    }
    expect(b.desk.undelivered()).toBe(1);
    expect(b.acquirer.types).toEqual(['0100']);
    b.host.setState('up');
    await soon(() => b.desk.undelivered() === 0);
    expect(followUpsOf(b).map(({ mti, fields }) => [mti, fields[3], fields[4]])).toEqual([
      ['0220', '000000', '000000001200'],
      ['0220', '200000', '000000000300'],
      ['0220', '200000', '000000000100'],
    ]);
    // What could not be sent was not tried, and left nothing in the journal.
    const sent = (await events(b, paymentId)).filter((type) => type === 'follow-up-sent');
    expect(sent).toHaveLength(3);
  });

  test('nothing new is begun once the queue is full, and what is in it is kept', async () => {
    const b = patientBench(undefined, { storeAndForwardLimit: 1 });
    const paymentId = await paid(b);
    b.desk.dismiss(paymentId);
    b.host.setState('down');
    await b.desk.followUps.refund(paymentId, 100n);
    expect(await b.desk.followUps.refund(paymentId, 100n)).toMatchObject({
      error: 'too-much-undelivered',
    });
    expect(await b.desk.start({ ...SALE, saleId: 'sale-2' })).toMatchObject({
      error: { kind: 'too-much-undelivered' },
    });
    b.host.setState('up');
    await soon(() => b.desk.undelivered() === 0);
    expect(await b.desk.start({ ...SALE, saleId: 'sale-2' })).toMatchObject({ ok: true });
  });
});

describe('after a restart', () => {
  test.each([
    ['follow-up-queued', '0200'],
    ['follow-up-sent', '0201'],
  ] as const)('stopped after %s, the host is told once', async (stage, mti) => {
    const silent: AcquirerAct = (request) =>
      request.mti === '0100' ? [answer(request, '00')] : [];
    const before = patientBench(silent);
    const paymentId = await paid(before);
    await before.desk.followUps.refund(paymentId, 400n);
    const [first] = followUpsOf(before);
    await before.desk.close();
    const whole = await before.journal.read(paymentId);
    const after = patientBench();
    for (const event of whole.ok ? whole.value : []) {
      await after.journal.append(paymentId, event);
      if (event.type === stage) break;
    }
    expect((await after.desk.recover()).ok).toBe(true);
    // It is no unresolved payment: only the host has to be told.
    expect([...after.desk.setAside()]).toEqual([]);
    await soon(() => after.desk.undelivered() === 0);
    expect(after.acquirer.types).toEqual([mti]);
    expect(after.acquirer.received.map(nameOf)).toEqual([first && nameOf(first)]);
    expect(after.acquirer.received[0]?.fields[4]).toBe('000000000400');
  });
});

describe('a balance inquiry', () => {
  test('tells what is there and is reversed by nothing', async () => {
    const b = patientBench((request) => {
      expect(request.fields[3]).toBe('310000');
      return [];
    });
    const started = await b.desk.start({ saleId: 'look', amountMinor: 0n, lines: [] }, 'balance');
    await tap(b);
    const view = await until(b, 'declined');
    expect(view.reason).toBe('no-answer');
    expect(b.acquirer.types).toEqual(['0100']);
    const paymentId = started.ok ? started.value.paymentId : '';
    expect(await b.desk.followUps.refund(paymentId, 1n)).toMatchObject({ error: 'not-approved' });
  });
});

test('a void calls the whole payment off, once', async () => {
  const b = patientBench();
  const paymentId = await start(b);
  await tap(b);
  await until(b, 'approved');
  expect(await b.desk.followUps.voidPayment(paymentId)).toMatchObject({ value: { state: 'done' } });
  expect(b.acquirer.received[1]).toMatchObject({ mti: '0200', fields: { 3: '020000' } });
  expect(await b.desk.followUps.voidPayment(paymentId)).toMatchObject({ error: 'not-approved' });
});
