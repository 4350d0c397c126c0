import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Payment, PaymentEvent } from './payment.ts';
import { applyEvent, foldPayment, nextStep } from './payment-state.ts';

const ORIGINAL = {
  mti: '0100',
  stan: 7,
  transmittedAt: '1124131500',
  localTime: '141500',
  localDate: '1124',
} as const;

const INTENT: PaymentEvent = {
  type: 'intent',
  atMs: 1,
  saleId: 'sale',
  amountMinor: 1430n,
  currency: '978',
  lines: [],
};
const SENT: PaymentEvent = {
  type: 'authorisation-sent',
  atMs: 2,
  original: ORIGINAL,
  maskedPan: '999999******0016',
  applicationLabel: 'TESSERA PAY',
  aid: 'F0544553534501',
};
const answered = (responseCode: string): PaymentEvent => ({
  type: 'authorisation-answered',
  atMs: 3,
  responseCode,
});
const reversalSent = (attempt: number): PaymentEvent => ({
  type: 'reversal-sent',
  atMs: 4,
  stan: 8,
  attempt,
  reason: 'timeout',
});
const REVERSED: PaymentEvent = { type: 'reversal-answered', atMs: 5, responseCode: '00' };
const NOT_SENT: PaymentEvent = { type: 'authorisation-not-sent', atMs: 3 };
const closed = (end: 'approved' | 'declined' | 'cancelled' | 'reversed'): PaymentEvent => ({
  type: 'closed',
  atMs: 6,
  end,
});

function folded(...events: PaymentEvent[]): Payment {
  const payment = foldPayment(events);
  if (!payment.ok) throw new Error(`${payment.error.kind} ${payment.error.path}`);
  return payment.value;
}

describe('what resolves a payment', () => {
  test('nothing was sent: it is cancelled', () => {
    expect(nextStep(folded(INTENT), 'restart')).toMatchObject({ type: 'close', end: 'cancelled' });
  });

  test('sent and not answered is unknown: it is reversed, naming the original', () => {
    expect(nextStep(folded(INTENT, SENT), 'restart')).toEqual({
      type: 'reverse',
      original: ORIGINAL,
      reason: 'restart',
      attempt: 1,
    });
  });

  test('a reversal that is not answered is repeated under its first reason', () => {
    const payment = folded(INTENT, SENT, reversalSent(1), reversalSent(2));
    expect(nextStep(payment, 'restart')).toMatchObject({
      type: 'reverse',
      attempt: 3,
      reason: 'timeout',
    });
  });

  test('an answered reversal closes it as reversed', () => {
    const payment = folded(INTENT, SENT, reversalSent(1), REVERSED);
    expect(nextStep(payment, 'restart')).toMatchObject({ type: 'close', end: 'reversed' });
  });

  test('a refused reversal is sent again', () => {
    const refused: PaymentEvent = { type: 'reversal-answered', atMs: 5, responseCode: '96' };
    const payment = folded(INTENT, SENT, reversalSent(1), refused);
    expect(nextStep(payment, 'restart')).toMatchObject({ type: 'reverse', attempt: 2 });
  });

  test('an answer decides', () => {
    expect(nextStep(folded(INTENT, SENT, answered('00')), 'restart')).toEqual({
      type: 'close',
      end: 'approved',
    });
    expect(nextStep(folded(INTENT, SENT, answered('51')), 'restart')).toEqual({
      type: 'close',
      end: 'declined',
      reason: 'insufficient-funds',
    });
  });

  test('a request that certainly never left needs no reversal', () => {
    expect(nextStep(folded(INTENT, SENT, NOT_SENT), 'restart')).toMatchObject({
      type: 'close',
      end: 'declined',
      reason: 'host-unreachable',
    });
  });

  test('a closed payment needs nothing', () => {
    const payment = folded(INTENT, SENT, answered('00'), closed('approved'));
    expect(nextStep(payment, 'restart')).toEqual({ type: 'nothing' });
  });
});

describe('a soft decline', () => {
  const AGAIN = { ...SENT, original: { ...ORIGINAL, stan: 9 } } as PaymentEvent;
  const score = { score: 0, tier: 'low', reasons: [], requiredMethod: 'cdcvm' } as const;
  test.each([
    ['verification-required', answered('1A')],
    ['over-limit', { ...answered('65'), score } as PaymentEvent],
  ])('is tried again; the newest request is what counts: %s', (reason, declined) => {
    const before = [INTENT, SENT, declined];
    const step = { type: 'close', end: 'declined', reason };
    expect(nextStep(folded(...before), 'restart')).toMatchObject(step);
    expect(folded(...before, closed('cancelled')).closed?.end).toBe('cancelled');
    const again = folded(...before, AGAIN);
    expect(nextStep(again, 'restart')).toMatchObject({ type: 'reverse', original: { stan: 9 } });
    expect(foldPayment([...before, AGAIN, closed('cancelled')]).ok).toBe(false);
    expect(foldPayment([...before, AGAIN, AGAIN]).ok).toBe(false);
    const paid = folded(...before, AGAIN, answered('00'), closed('approved'));
    expect(paid.closed?.end).toBe('approved');
  });

  test('another decline is not tried again, nor one that is being reversed', () => {
    expect(foldPayment([INTENT, SENT, answered('51'), AGAIN]).ok).toBe(false);
    expect(foldPayment([INTENT, SENT, answered('65'), AGAIN]).ok).toBe(false);
    expect(foldPayment([INTENT, SENT, answered('51'), closed('cancelled')]).ok).toBe(false);
    expect(foldPayment([INTENT, SENT, answered('1A'), reversalSent(1), AGAIN]).ok).toBe(false);
  });
});

describe('what cannot follow is refused', () => {
  test.each([
    ['an answer to nothing', [INTENT], answered('00')],
    ['a reversal of nothing', [INTENT], reversalSent(1)],
    ['a second request', [INTENT, SENT], SENT],
    ['a second intent', [INTENT], INTENT],
    ['a late approval under a reversal', [INTENT, SENT, reversalSent(1)], answered('00')],
    ['a reversal out of its order', [INTENT, SENT, reversalSent(1)], reversalSent(3)],
    ['a reversal of what was never sent', [INTENT, SENT, NOT_SENT], reversalSent(1)],
    ['paid without an approval', [INTENT, SENT], closed('approved')],
    ['paid on a refusal', [INTENT, SENT, answered('05')], closed('approved')],
    ['declined while unknown', [INTENT, SENT], closed('declined')],
    ['cancelled while unknown', [INTENT, SENT], closed('cancelled')],
    ['declined although approved', [INTENT, SENT, answered('00')], closed('declined')],
    ['reversed without an answer', [INTENT, SENT, reversalSent(1)], closed('reversed')],
    ['anything after the end', [INTENT, closed('cancelled')], SENT],
  ] as const)('%s', (_name, events, next) => {
    expect(applyEvent(folded(...events), next)).toMatchObject({
      ok: false,
      error: { kind: 'illegal-transition', path: next.type },
    });
  });

  test('events without an intent', () => {
    expect(foldPayment([])).toMatchObject({ ok: false, error: { kind: 'no-intent' } });
    expect(foldPayment([SENT])).toMatchObject({ ok: false, error: { kind: 'illegal-transition' } });
  });
});

test('no order of events makes a payment paid without an approval, or free while unknown', () => {
  const event = fc.constantFrom(
    SENT,
    NOT_SENT,
    answered('00'),
    answered('51'),
    reversalSent(1),
    reversalSent(2),
    REVERSED,
    closed('approved'),
    closed('declined'),
    closed('cancelled'),
    closed('reversed'),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      let payment = folded(INTENT);
      for (const next of events) {
        const applied = applyEvent(payment, next);
        if (applied.ok) payment = applied.value;
      }
      const end = payment.closed?.end;
      const approved = payment.answer?.responseCode === '00';
      if (end === 'approved') expect(approved && !payment.reversal).toBe(true);
      if (end === 'declined') expect(approved || payment.reversal !== undefined).toBe(false);
      if (end === 'cancelled') expect(payment.sent).toBeUndefined();
      if (end === 'reversed') expect(payment.reversalAnswer?.responseCode).toBe('00');
    }),
    { numRuns: 2000 },
  );
});
