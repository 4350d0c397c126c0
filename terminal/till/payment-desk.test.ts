import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { foldPayment } from '#kernel/transaction/payment-state.ts';
import {
  bench,
  closeDesks,
  events,
  PROFILE,
  SALE,
  soon,
  start,
  tap,
  until,
} from './payment-desk.fixture.ts';
import { type AcquirerAct, answer, answerTo, sealed } from './scripted-acquirer.fixture.ts';

afterEach(closeDesks);

describe('a sale', () => {
  test('goes from ready to paid, each step in the journal before it is shown', async () => {
    const b = bench();
    const paymentId = await start(b);
    await tap(b);
    await until(b, 'approved');
    expect(b.states).toEqual(['ready', 'reading', 'may-remove', 'authorising', 'approved']);
    expect(await events(b, paymentId)).toEqual([
      'intent',
      'authorisation-sent',
      'authorisation-answered',
      'closed',
    ]);
    expect(b.acquirer.types).toEqual(['0100']);
    expect(b.desk.dismiss(paymentId)).toBe(true);
    expect(b.desk.current()).toBeNull();
  });

  test('holds no card data in the journal', async () => {
    const b = bench();
    const paymentId = await start(b);
    await tap(b);
    await until(b, 'approved');
    const read = await b.journal.read(paymentId);
    const text = inspect(read, { depth: 9 });
    expect(text).not.toContain(PROFILE.pan);
    expect(text).toContain('999999******0012');
  });

  test('declined by the issuer charges nothing and says why', async () => {
    const b = bench((request) => [answer(request, '51')]);
    await start(b);
    await tap(b);
    expect(await until(b, 'declined')).toMatchObject({
      reason: 'insufficient-funds',
      responseCode: '51',
    });
    expect(b.acquirer.types).toEqual(['0100']);
  });

  test('that is paid is not begun again', async () => {
    const b = bench();
    const paymentId = await start(b);
    await tap(b);
    await until(b, 'approved');
    b.desk.dismiss(paymentId);
    expect(await b.desk.start(SALE)).toEqual({ ok: false, error: { kind: 'already-paid' } });
  });

  test('asked for twice at once is one payment', async () => {
    const b = bench();
    const [first, second] = await Promise.all([b.desk.start(SALE), b.desk.start(SALE)]);
    expect([first.ok, second.ok]).toEqual([true, false]);
    const again = await b.desk.start(SALE);
    expect(again).toEqual(first);
    const other = await b.desk.start({ ...SALE, saleId: 'sale-2' });
    expect(other).toEqual({ ok: false, error: { kind: 'busy' } });
  });

  test('can be called off while it waits for a wearable, and not after', async () => {
    const b = bench();
    const paymentId = await start(b);
    expect(b.desk.cancel(paymentId)).toBe(true);
    expect(await until(b, 'cancelled')).toMatchObject({ reason: 'cashier' });
    expect(b.acquirer.types).toEqual([]);

    const slow = bench((request) => [answer(request, '00', 30)]);
    const second = await start(slow);
    await tap(slow);
    await until(slow, 'authorising');
    expect(slow.desk.cancel(second)).toBe(false);
    await until(slow, 'approved');
  });
});

describe('a soft decline', () => {
  const confirmFirst = (code: string, ...then: string[]): AcquirerAct => {
    const codes = [code, ...then];
    return (request) => [answer(request, codes.shift() ?? '00')];
  };

  test('is confirmed on the wearable under the same intent', async () => {
    const b = bench(confirmFirst('1A'));
    const paymentId = await start(b);
    await tap(b);
    await soon(() => b.desk.current()?.reason === 'confirm-on-wearable');
    expect(b.desk.current()).toMatchObject({ state: 'ready', cancellable: true });
    await tap(b);
    await until(b, 'approved');
    expect(await events(b, paymentId)).toEqual([
      'intent',
      ...['authorisation-sent', 'authorisation-answered'],
      ...['authorisation-sent', 'authorisation-answered'],
      'closed',
    ]);
    expect(new Set(b.acquirer.received.map((request) => request.fields[11])).size).toBe(2);
    expect(await b.desk.start(SALE)).toMatchObject({ error: { kind: 'already-paid' } });
  });

  test('that comes again is a decline, and nothing is asked a third time', async () => {
    const b = bench(confirmFirst('1A', '1A'));
    await start(b);
    await tap(b);
    await soon(() => b.desk.current()?.reason === 'confirm-on-wearable');
    await tap(b);
    expect(await until(b, 'declined')).toMatchObject({ reason: 'verification-required' });
    expect(b.acquirer.types).toEqual(['0100', '0100']);
  });

  test('can be called off instead', async () => {
    const b = bench(confirmFirst('1A'));
    const paymentId = await start(b);
    await tap(b);
    await soon(() => b.desk.current()?.reason === 'confirm-on-wearable');
    expect(b.desk.cancel(paymentId)).toBe(true);
    expect(await until(b, 'cancelled')).toMatchObject({ reason: 'cashier' });
    expect(b.acquirer.types).toEqual(['0100']);
  });

  test('whose second try is not answered is unknown, and that one is reversed', async () => {
    const b = bench((request) => {
      if (request.mti !== '0100') return [answer(request, '00')];
      return b.acquirer.received.length === 1 ? [answer(request, '1A')] : [];
    });
    await start(b);
    await tap(b);
    await soon(() => b.desk.current()?.reason === 'confirm-on-wearable');
    await tap(b);
    await until(b, 'reversed');
    const [, second, reversal] = b.acquirer.received;
    expect(b.acquirer.types).toEqual(['0100', '0100', '0400']);
    expect(String(reversal?.fields[90]).slice(4, 10)).toBe(second?.fields[11]);
  });
});

describe('a wearable that leaves the field', () => {
  test.each([0, 1, 2, 3])(
    'after %i commands is asked for again, and charged once',
    async (count) => {
      const b = bench();
      await start(b);
      await tap(b, count);
      await soon(() => b.desk.current()?.reason === 'try-again');
      await tap(b);
      await until(b, 'approved');
      expect(b.acquirer.types).toEqual(['0100']);
    },
  );
});

describe('an unknown outcome is reversed, never shown as declined', () => {
  const wrongKey = new SecretKey(new Uint8Array(16));
  const bytesOf = (request: Parameters<AcquirerAct>[0]) => sealed(answerTo(request, '00'));
  const faults: Readonly<Record<string, AcquirerAct>> = {
    'never answered': () => [],
    'answered too late': (request) => [answer(request, '00', 90)],
    'a wrong MAC': (request) => [
      { type: 'send', message: sealed(answerTo(request, '00'), wrongKey) },
    ],
    'a truncated answer': (request) => [
      { type: 'send', message: bytesOf(request).subarray(0, 30) },
    ],
    'another amount': (request) => {
      const told = answerTo(request, '00');
      const fields = { ...told.fields, 4: '000000000001' };
      return [{ type: 'send', message: sealed({ ...told, fields }) }];
    },
    'a dropped line': () => [{ type: 'drop' }],
  };
  test.each(Object.keys(faults))('%s', async (name) => {
    const act = faults[name];
    const b = bench((request) =>
      request.mti === '0100' && act ? act(request) : [answer(request, '00')],
    );
    const paymentId = await start(b);
    await tap(b);
    await until(b, 'reversed');
    expect(b.states).toContain('unknown');
    expect(b.states).not.toContain('declined');
    expect(b.acquirer.types).toEqual(['0100', '0400']);
    const [request, reversal] = b.acquirer.received;
    expect(reversal?.fields[90]).toBe(
      `0100${request?.fields[11]}${request?.fields[7]}${'0'.repeat(22)}`,
    );
    expect(await events(b, paymentId)).toEqual([
      'intent',
      'authorisation-sent',
      'reversal-sent',
      'reversal-answered',
      'closed',
    ]);
  });

  test('an answer that comes twice counts once', async () => {
    const b = bench((request) => [answer(request, '00'), answer(request, '00', 5)]);
    await start(b);
    await tap(b);
    await until(b, 'approved');
    await soon(() => b.host.droppedMessages === 1);
    expect(b.acquirer.types).toEqual(['0100']);
  });

  test('the reversal is repeated as 0401, with a new STAN, until it is answered', async () => {
    let reversals = 0;
    const b = bench((request) => {
      if (request.mti === '0100') return [];
      reversals += 1;
      return reversals < 3 ? [] : [answer(request, '00')];
    });
    await start(b);
    await tap(b);
    await until(b, 'reversed');
    expect(b.acquirer.types).toEqual(['0100', '0400', '0401', '0401']);
    expect(new Set(b.acquirer.received.map((message) => message.fields[11])).size).toBe(4);
  });

  test('can be set aside while it is resolved; the sale is not begun again before', async () => {
    let answering = false;
    const b = bench((request) =>
      answering && request.mti !== '0100' ? [answer(request, '00')] : [],
    );
    const paymentId = await start(b);
    await tap(b);
    await soon(() => b.desk.current()?.resolving?.attempts === 1);
    expect(b.desk.dismiss(paymentId)).toBe(true);
    expect([...b.desk.setAside()]).toMatchObject([{ paymentId, state: 'unknown' }]);
    expect(await b.desk.start(SALE)).toEqual({ ok: false, error: { kind: 'busy' } });
    answering = true;
    await soon(() => [...b.desk.setAside()][0]?.state === 'reversed');
    expect((await b.desk.start(SALE)).ok).toBe(true);
  });

  test('nothing is reversed when the line certainly sent nothing', async () => {
    const b = bench();
    b.host.setState('down');
    const paymentId = await start(b);
    await tap(b);
    expect(await until(b, 'declined')).toMatchObject({ reason: 'host-unreachable' });
    expect(await events(b, paymentId)).toContain('authorisation-not-sent');
    expect(b.acquirer.types).toEqual([]);
  });
});

describe('a journal that fails', () => {
  test('before the intent: no payment is begun', async () => {
    const b = bench(undefined, { failFromAppend: 1 });
    expect(await b.desk.start(SALE)).toEqual({ ok: false, error: { kind: 'journal-failed' } });
  });

  test('before the request: nothing is sent', async () => {
    const b = bench(undefined, { failFromAppend: 2 });
    await start(b);
    await tap(b);
    expect(await until(b, 'cancelled')).toMatchObject({ state: 'cancelled' });
    expect(b.acquirer.types).toEqual([]);
  });

  test('before the answer: an approval that is not written down is not shown as paid', async () => {
    const b = bench(undefined, { failFromAppend: 3 });
    await start(b);
    await tap(b);
    await until(b, 'unknown');
    expect(b.states).not.toContain('approved');
  });
});

describe('after a restart every open payment comes to its end', () => {
  const stages = [
    'intent',
    'authorisation-sent',
    'authorisation-answered',
    'reversal-sent',
  ] as const;
  test.each([
    ['intent', 'cancelled', []],
    ['authorisation-sent', 'reversed', ['0400']],
    ['authorisation-answered', 'approved', []],
    ['reversal-sent', 'reversed', ['0401']],
  ] as const)('stopped after %s: %s', async (stage, end, sent) => {
    const before = bench(() => []);
    const paymentId = await start(before);
    await tap(before);
    await soon(async () => (await events(before, paymentId)).includes('reversal-sent'));
    await before.desk.close();
    const whole = await before.journal.read(paymentId);
    const journal = new SimulatedJournal();
    const answered = { type: 'authorisation-answered', atMs: 1, responseCode: '00' } as const;
    const wanted = stages.slice(0, stages.indexOf(stage) + 1);
    for (const type of wanted) {
      const event = whole.ok && whole.value.find((candidate) => candidate.type === type);
      if (event) await journal.append(paymentId, event);
      else if (stage === 'authorisation-answered') await journal.append(paymentId, answered);
    }

    const after = bench(undefined, undefined, journal);
    expect((await after.desk.recover()).ok).toBe(true);
    await soon(async () => (await events(after, paymentId)).includes('closed'));
    const read = await journal.read(paymentId);
    const payment = read.ok ? foldPayment(read.value) : undefined;
    expect(payment?.ok && payment.value.closed?.end).toBe(end);
    expect(after.acquirer.types).toEqual(sent);
  });
});
