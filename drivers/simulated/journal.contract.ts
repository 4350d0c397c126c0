import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '#kernel/ports/journal.ts';
import type { JournalEvent } from './journal.ts';

/** What every journal must do; `open` gives a new, empty one, `close` gives it up. */
export function describeJournalContract(
  name: string,
  open: () => Promise<{ readonly journal: Journal; readonly close: () => Promise<void> }>,
): void {
  describe(`${name} keeps the contract of a journal`, () => {
    let journal: Journal;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ journal, close } = await open());
    });
    afterEach(() => close());

    it('gives back the events of a payment in order, and of no other', async () => {
      const events = [intent('s-1', 1250n), SENT, ANSWERED, closed('approved')];
      for (const event of events) {
        expect(await journal.append('p-1', event)).toEqual({ ok: true, value: undefined });
        await journal.append('p-2', event);
      }
      expect(await journal.read('p-1')).toEqual({ ok: true, value: events });
    });

    it('knows nothing of a payment that was never begun', async () => {
      expect(await journal.read('nobody')).toEqual({ ok: true, value: [] });
      expect(await journal.latestForSale('nothing')).toEqual({ ok: true, value: undefined });
      expect(await journal.open()).toEqual({ ok: true, value: [] });
      expect(await journal.recent(5)).toEqual({ ok: true, value: [] });
    });

    it('lists what is not closed, oldest first', async () => {
      for (const paymentId of ['p-3', 'p-1', 'p-2']) await journal.append(paymentId, intent('s'));
      await journal.append('p-1', closed('declined'));
      expect(await journal.open()).toEqual({ ok: true, value: ['p-3', 'p-2'] });
    });

    it('lists the newest payments, newest first, closed or not', async () => {
      for (const paymentId of ['p-3', 'p-1', 'p-2']) await journal.append(paymentId, intent('s'));
      await journal.append('p-3', closed('cancelled'));
      expect(await journal.recent(2)).toEqual({ ok: true, value: ['p-2', 'p-1'] });
      expect(await journal.recent(0)).toEqual({ ok: true, value: [] });
      expect(await journal.recent(9)).toEqual({ ok: true, value: ['p-2', 'p-1', 'p-3'] });
    });

    it('finds the newest payment of a sale', async () => {
      await journal.append('p-1', intent('sale'));
      await journal.append('p-1', closed('declined'));
      await journal.append('p-2', intent('sale'));
      await journal.append('p-3', intent('another sale'));
      expect(await journal.latestForSale('sale')).toEqual({ ok: true, value: 'p-2' });
    });

    it('refuses a second beginning or end of a payment', async () => {
      await journal.append('p-1', intent('s'));
      await journal.append('p-1', closed('approved'));
      for (const event of [intent('s'), closed('reversed')]) {
        const refused = await journal.append('p-1', event);
        expect(refused).toMatchObject({
          ok: false,
          error: { kind: 'journal-conflict', effect: 'none' },
        });
      }
      expect(await journal.read('p-1')).toEqual({
        ok: true,
        value: [intent('s'), closed('approved')],
      });
    });

    it('lists a payment again while it owes the host a follow-up', async () => {
      for (const paymentId of ['p-1', 'p-2']) {
        await journal.append(paymentId, intent('s'));
        await journal.append(paymentId, closed('approved'));
      }
      await journal.append('p-1', QUEUED);
      expect(await journal.open()).toEqual({ ok: true, value: ['p-1'] });
      await journal.append('p-1', { type: 'follow-up-sent', atMs: 6_000, stan: 2, attempt: 1 });
      expect(await journal.open()).toEqual({ ok: true, value: ['p-1'] });
      const answered = { type: 'follow-up-answered', atMs: 6_000, stan: 2, responseCode: '00' };
      await journal.append('p-1', answered as JournalEvent);
      expect(await journal.open()).toEqual({ ok: true, value: [] });
      await journal.append('p-1', QUEUED);
      expect(await journal.open()).toEqual({ ok: true, value: ['p-1'] });
    });

    it('keeps reconciliations at their place among the payments', async () => {
      await journal.append('p-1', intent('s'));
      await journal.appendReconciliation(RECONCILED);
      await journal.append('p-2', intent('t'));
      await journal.append('p-1', closed('approved'));
      const kept = await journal.reconciliations();
      expect(kept).toMatchObject({ ok: true, value: [{ event: RECONCILED }] });
      const place = kept.ok ? (kept.value[0]?.place ?? 0) : 0;
      expect(await journal.changedSince(place)).toEqual({
        ok: true,
        value: [
          { paymentId: 'p-2', eventsBefore: 0 },
          { paymentId: 'p-1', eventsBefore: 1 },
        ],
      });
      expect(await journal.changedSince(0)).toMatchObject({
        value: [{ paymentId: 'p-1', eventsBefore: 0 }, { paymentId: 'p-2' }],
      });
    });

    it('counts trace numbers from 1', async () => {
      const stans = [await journal.nextStan(), await journal.nextStan(), await journal.nextStan()];
      expect(stans).toEqual([1, 2, 3].map((value) => ({ ok: true, value })));
    });
  });
}

function intent(saleId: string, amountMinor = 100n): JournalEvent {
  const line = {
    lineId: 'l-1',
    itemId: 'oat-milk',
    name: 'Oat milk, 1 l',
    quantity: 1,
    unitPriceMinor: amountMinor,
    taxPermille: 0,
  };
  return { type: 'intent', atMs: 1_000, saleId, amountMinor, currency: '978', lines: [line] };
}

function closed(end: 'approved' | 'declined' | 'cancelled' | 'reversed'): JournalEvent {
  return { type: 'closed', atMs: 4_000, end };
}

const SENT: JournalEvent = {
  type: 'authorisation-sent',
  atMs: 2_000,
  original: {
    mti: '0100',
    stan: 1,
    transmittedAt: '1124135000',
    localTime: '145000',
    localDate: '1124',
  },
  maskedPan: '999999******0001',
  applicationLabel: 'TESSERA PAY',
  aid: 'F0544553534501',
};

const ANSWERED: JournalEvent = {
  type: 'authorisation-answered',
  atMs: 3_000,
  responseCode: '00',
  approvalCode: 'A1B2C3',
  retrievalReference: '632812000001',
  score: { score: 120, tier: 'low', reasons: ['V01'] },
};

const MESSAGE = {
  mti: '0220',
  stan: 2,
  transmittedAt: '1124135100',
  localTime: '145100',
  localDate: '1124',
} as const;

const QUEUED: JournalEvent = {
  type: 'follow-up-queued',
  atMs: 5_000,
  kind: 'refund',
  message: MESSAGE,
  original: { mti: '0100', stan: 1, transmittedAt: '1124135000' },
  amountMinor: 40n,
};

const RECONCILED = {
  type: 'reconciliation-queued',
  atMs: 7_000,
  mti: '0500',
  stan: 3,
  transmittedAt: '1124135200',
  currency: '978',
  totals: { credits: 1, creditsMinor: 40n, debits: 1, debitsMinor: 100n },
} as const;
