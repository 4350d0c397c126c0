import { describe, expect, test } from 'vitest';
import type { PaymentView } from '#bridge/terminal-api.ts';
import type { EndReason } from '#kernel/transaction/payment.ts';
import type { UiMessage } from '#kernel/transaction/ui-request.ts';
import { shopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';
import { paymentWords } from './payment-words.ts';

// Every reason of the kernel has a sentence: this does not compile when one is missing.
words.reasons satisfies Readonly<Record<EndReason, string>>;
words.again satisfies Readonly<Record<Extract<UiMessage, 'try-again' | 'see-phone'>, string>>;

const format = shopFormat('en-GB', 'EUR');
const healthy = {
  host: 'up',
  session: 'signed-on',
  undelivered: 0,
  reader: 'ready',
  readerNames: [],
} as const;
const nowMs = 1_000_000;

function said(view: Partial<PaymentView>, waitedMs = 0) {
  const payment: PaymentView = {
    paymentId: 'p',
    saleId: 's',
    amountMinor: 1430n,
    state: 'ready',
    sinceMs: nowMs - waitedMs,
    cancellable: true,
    ...view,
  };
  return paymentWords(payment, { ...healthy, readerNames: [] }, format, nowMs);
}

describe('the words of a payment', () => {
  test.each([
    ['ready', 'Present your wearable'],
    ['reading', 'Keep it there'],
    ['may-remove', 'You can take it away'],
    ['entering-pin', 'Enter your PIN'],
    ['authorising', 'One moment'],
    ['approved', 'Paid 14.30'],
    ['declined', 'Not approved. Nothing was charged.'],
    ['unknown', 'We are making sure you are not charged twice'],
    ['cancelled', 'Cancelled. Nothing was charged.'],
    ['reversed', 'Taken back. Nothing was charged.'],
  ] as const)('%s: %s', (state, headline) => {
    expect(said({ state }).headline).toBe(headline);
  });

  test('a payment that has to be confirmed says so, and why', () => {
    const asked = said({ state: 'ready', reason: 'confirm-on-wearable' });
    expect(asked.headline).toBe('Please confirm on your wearable');
    expect(asked.detail).toBe(words.payment.confirmDetail);
  });

  test('a PIN that is required, or was wrong, is said before it is asked for', () => {
    for (const reason of ['pin-required', 'pin-wrong'] as const) {
      expect(said({ state: 'ready', reason }).detail).toBe(words.again[reason]);
    }
    expect(said({ state: 'declined', reason: 'pin-wrong', responseCode: '55' }).detail).toBe(
      words.reasons['pin-wrong'],
    );
  });

  test('authorising says what is waited for after 1 s, and how long after 5 s', () => {
    const state = 'authorising';
    expect(said({ state }, 999).detail).toBeUndefined();
    expect(said({ state }, 1_000).detail).toBe('Waiting for the host to answer.');
    expect(said({ state }, 5_000).detail).toBe('Waiting for the host to answer. At most 5 s more.');
    expect(said({ state }, 11_000).detail).toContain('about to be settled');
  });

  test('declined gives a reason to act on, and the code small beside it', () => {
    const declined = said({ state: 'declined', reason: 'insufficient-funds', responseCode: '51' });
    expect(declined.detail).toBe(words.reasons['insufficient-funds']);
    expect(declined.code).toBe('Code 51');
  });

  test('a reason that is not known here still tells what to do', () => {
    for (const reason of ['constructor', 'toString', 'something-new']) {
      expect(said({ state: 'declined', reason }).detail).toBe(words.payment.noReason);
    }
  });

  test('unknown says what is tried and when next', () => {
    const resolving = { attempts: 2, nextAttemptAtMs: nowMs + 7_200 };
    expect(said({ state: 'unknown', resolving }).detail).toBe(
      'The host was asked 2 times to take the payment back. Next try in 8 s.',
    );
    expect(said({ state: 'unknown' }).detail).toBe(words.payment.unknownFirst);
  });

  test('ready says why the customer is asked again', () => {
    expect(said({ state: 'ready', reason: 'try-again' }).detail).toBe(words.again['try-again']);
    expect(said({ state: 'ready', reason: 'no-such-thing' }).detail).toBe(
      words.payment.readyDetail,
    );
  });
});

describe('the tone of all words', () => {
  function sentences(value: unknown): readonly string[] {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') return [String(value('1', '2', '3'))];
    if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(sentences);
    return [];
  }

  test('no exclamation marks, nothing that blames', () => {
    for (const sentence of sentences(words)) {
      expect(sentence).not.toMatch(/!|\boops\b|\bsorry\b|\binvalid\b|\bfailed\b|\berror\b/i);
    }
  });
});
