import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import type { ReconciliationEvent } from '#kernel/transaction/reconciliation.ts';
import { encodePaymentEvent, parsePaymentEvent } from './payment-event.ts';
import { encodeReconciliationEvent, parseReconciliationEvent } from './reconciliation-event.ts';
import { openJournal } from './sqlite-journal.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const atMs = fc.nat(Number.MAX_SAFE_INTEGER);
const stan = fc.integer({ min: 1, max: 999_999 });
const minor = fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n });
const digits = (length: number) =>
  fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((list) => list.join(''));

const line = fc.record({
  lineId: text,
  itemId: text,
  name: text,
  quantity: fc.maxSafeInteger(),
  unitPriceMinor: minor,
  taxPermille: fc.maxSafeInteger(),
});

const original = fc.record({
  mti: fc.constant('0100' as const),
  stan,
  transmittedAt: digits(10),
  localTime: digits(6),
  localDate: digits(4),
});

const message = fc.record({
  mti: fc.constantFrom('0100' as const, '0200' as const, '0220' as const, '0420' as const),
  stan,
  transmittedAt: digits(10),
  localTime: digits(6),
  localDate: digits(4),
});
const attempt = fc.integer({ min: 1 });
const FOLLOW_UPS = ['increment', 'completion', 'refund', 'void', 'reversal'] as const;

const score = fc.record({
  score: fc.maxSafeInteger(),
  tier: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  reasons: fc.array(text, { maxLength: 3 }),
});

const event: fc.Arbitrary<PaymentEvent> = fc.oneof(
  fc.record({
    type: fc.constant('intent' as const),
    atMs,
    saleId: text,
    amountMinor: minor,
    currency: digits(3),
    lines: fc.array(line, { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('authorisation-sent' as const),
    atMs,
    original,
    maskedPan: fc.tuple(digits(6), digits(4)).map(([first, last]) => `${first}******${last}`),
    applicationLabel: text,
    aid: text,
  }),
  fc.record({ type: fc.constant('authorisation-not-sent' as const), atMs }),
  fc.record(
    {
      type: fc.constant('authorisation-answered' as const),
      atMs,
      responseCode: text,
      approvalCode: text,
      retrievalReference: text,
      score,
      balanceMinor: minor,
    },
    { requiredKeys: ['type', 'atMs', 'responseCode'] },
  ),
  fc.record({
    type: fc.constant('reversal-sent' as const),
    atMs,
    stan,
    attempt,
    reason: fc.constantFrom(
      'timeout' as const,
      'connection-lost' as const,
      'restart' as const,
      'customer' as const,
    ),
  }),
  fc.record({ type: fc.constant('reversal-answered' as const), atMs, responseCode: text }),
  fc.record(
    {
      type: fc.constant('closed' as const),
      atMs,
      end: fc.constantFrom(
        'approved' as const,
        'declined' as const,
        'cancelled' as const,
        'reversed' as const,
      ),
      reason: fc.constantFrom('issuer-declined' as const, 'restart' as const),
    },
    { requiredKeys: ['type', 'atMs', 'end'] },
  ),
  fc.record({
    type: fc.constant('follow-up-queued' as const),
    atMs,
    kind: fc.constantFrom(...FOLLOW_UPS),
    message,
    original: message.map(({ mti, stan: named, transmittedAt }) => ({
      ...{ mti, stan: named, transmittedAt },
    })),
    amountMinor: minor,
  }),
  fc.record({ type: fc.constant('follow-up-sent' as const), atMs, stan, attempt }),
  fc.record({ type: fc.constant('follow-up-answered' as const), atMs, stan, responseCode: text }),
);

const totals = fc.record({
  credits: fc.maxSafeInteger(),
  creditsMinor: minor,
  debits: fc.maxSafeInteger(),
  debitsMinor: minor,
});

const reconciliationEvent: fc.Arbitrary<ReconciliationEvent> = fc.oneof(
  fc.record({
    type: fc.constant('reconciliation-queued' as const),
    atMs,
    mti: fc.constantFrom('0500' as const, '0520' as const),
    stan,
    transmittedAt: digits(10),
    currency: digits(3),
    totals,
  }),
  fc.record({ type: fc.constant('reconciliation-sent' as const), atMs, stan, attempt }),
  fc.record(
    {
      type: fc.constant('reconciliation-answered' as const),
      atMs,
      stan,
      responseCode: text,
      hostTotals: totals,
      batchNumber: fc.nat(),
    },
    { requiredKeys: ['type', 'atMs', 'stan', 'responseCode'] },
  ),
);

it('reads back every event of a reconciliation that it writes', () => {
  fc.assert(
    fc.property(reconciliationEvent, (written) => {
      const encoded = encodeReconciliationEvent(written);
      expect(encoded.ok && parseReconciliationEvent(encoded.value)).toEqual({
        ok: true,
        value: written,
      });
    }),
  );
});

it('reads back every event it writes', () => {
  fc.assert(
    fc.property(event, (written) => {
      const encoded = encodePaymentEvent(written);
      expect(encoded.ok && parsePaymentEvent(encoded.value)).toEqual({ ok: true, value: written });
    }),
  );
});

it('reads back from the disk every event it appends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-journal-'));
  const opened = openJournal(join(folder, 'journal.db'));
  if (!opened.ok) throw new Error(opened.error.detail);
  let payments = 0;
  await fc.assert(
    fc.asyncProperty(event, async (written) => {
      const paymentId = `p-${++payments}`;
      await opened.value.append(paymentId, written);
      expect(await opened.value.read(paymentId)).toEqual({ ok: true, value: [written] });
    }),
    { numRuns: 200 },
  );
  await opened.value.close();
  rmSync(folder, { recursive: true });
});

it('refuses any other text without throwing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (other) => {
      expect(parsePaymentEvent(other).ok).toBe(false);
      expect(parseReconciliationEvent(other).ok).toBe(false);
    }),
  );
});
