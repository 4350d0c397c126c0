import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import { encodePaymentEvent, parsePaymentEvent } from './payment-event.ts';
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
    },
    { requiredKeys: ['type', 'atMs', 'responseCode'] },
  ),
  fc.record({
    type: fc.constant('reversal-sent' as const),
    atMs,
    stan,
    attempt: fc.integer({ min: 1 }),
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
);

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
    }),
  );
});
