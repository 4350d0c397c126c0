import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import type { StoredPayment } from './stored-payments.ts';
import { VelocityCounters } from './velocity.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

const NOW = new Date('2026-07-04T12:34:56.789Z');
const DAY_MS = 86_400_000;
const PAYMENTS = 6_000;

/** Payments of 100 days: dense in the last two, and around the edge of what is read one by one. */
async function store(): Promise<void> {
  await sql`select setseed(0.25)`.execute(cloud.db);
  await sql`insert into transactions (terminal_id, stan, transmitted_at, merchant_id, card_token,
      amount_minor, currency, kind, state, verification, received_at)
    select 'T' || n % 5, lpad(n::text, 6, '0'), '0704120000', 'M' || n % 5 / 2,
      case when random() < 0.02 then null else 'C' || floor(random() * 40) end,
      floor(random() * 4) * 100, '978',
      (array['purchase', 'advice', 'balance', 'refund'])[1 + floor(random() * random() * 4)],
      (array['captured', 'authorised', 'unknown', 'voided', 'declined', 'reversed'])
        [1 + floor(random() * 6)],
      (array['none', 'unknown', 'cdcvm', 'online-pin', 'fido2', null])[1 + floor(random() * 6)],
      ${NOW}::timestamptz - case when n % 2 = 0 then random() * interval '2 days'
        else random() * interval '100 days' end
    from generate_series(1, ${sql.lit(PAYMENTS)}) n`.execute(cloud.db);
}

/** The same counted one by one, as a process that never stopped would have. */
async function countedOneByOne(): Promise<VelocityCounters> {
  const counters = new VelocityCounters();
  const rows = await cloud.db
    .selectFrom('transactions')
    .selectAll()
    .where('received_at', '>', new Date(NOW.getTime() - 90 * DAY_MS))
    .where('card_token', 'is not', null)
    .where('kind', '!=', 'refund')
    .orderBy('received_at')
    .execute();
  for (const row of rows) {
    counters.observe({
      ...{ terminalId: row.terminal_id, merchantId: row.merchant_id, now: row.received_at },
      ...{ cardToken: row.card_token ?? '', amountMinor: row.amount_minor },
      verification: row.verification ?? 'unknown',
      isDeclined: row.state === 'declined',
      isReversed: row.state === 'reversed',
      payment: { terminalId: row.terminal_id, stan: row.stan, transmittedAt: row.transmitted_at },
    });
  }
  return counters;
}

const SUBJECTS = Array.from({ length: 5 }, (_, t) =>
  Array.from({ length: 40 }, (_, c) => ({
    ...{ terminalId: `T${t}`, merchantId: `M${Math.floor(t / 2)}`, cardToken: `C${c}` },
  })),
).flat();

test('counters are rebuilt as they were, from sums and the payments of a day alone', async () => {
  await store();
  const told: StoredPayment[] = [];
  const rebuilt = await VelocityCounters.rebuild(cloud.db, NOW, (each) => told.push(each));
  const reference = await countedOneByOne();
  for (const counters of [rebuilt, reference]) {
    for (const day of [0, 3, 40, 89]) {
      const paidAt = new Date(NOW.getTime() - day * DAY_MS);
      counters.learn({ terminalId: 'T1', merchantId: 'M0', amountMinor: 300n, paidAt });
    }
  }
  let taps = 0;
  for (const hours of [0, 1, 30]) {
    const now = new Date(NOW.getTime() + hours * 3_600_000);
    for (const subject of SUBJECTS) {
      const expected = reference.count({ ...subject, now });
      expect(rebuilt.count({ ...subject, now })).toEqual(expected);
      taps += expected.cardUnverified ?? 0;
    }
  }
  expect(taps).toBeGreaterThan(0);
  expect(told.length).toBeGreaterThan(PAYMENTS / 10);
  expect(told.length).toBeLessThan(PAYMENTS / 2);
  const oldestMs = Math.min(...told.map(({ receivedAt }) => receivedAt.getTime()));
  expect(oldestMs).toBeGreaterThan(NOW.getTime() - 1.1 * DAY_MS);
});

test('a tap of long ago can still be taken back', async () => {
  const at = new Date(NOW.getTime() - 50 * DAY_MS);
  const name = { terminalId: 'T9', stan: '000001', transmittedAt: '0515120000' };
  await cloud.db
    .insertInto('transactions')
    .values({
      ...{ terminal_id: name.terminalId, stan: name.stan, transmitted_at: name.transmittedAt },
      ...{ merchant_id: 'M9', card_token: 'C99', masked_pan: null, currency: '978' },
      ...{ amount_minor: 700n, state: 'captured', verification: 'none', received_at: at },
      ...{ original_stan: null, original_transmitted_at: null, response_code: '00' },
      ...{ approval_code: null, retrieval_reference: null, score: 0, tier: null, reasons: null },
      ...{ reversed_at: null, reversal_reason: null },
    })
    .execute();
  const counters = await VelocityCounters.rebuild(cloud.db, NOW);
  const subject = { terminalId: 'T1', merchantId: 'M1', cardToken: 'C99', now: NOW };
  expect(counters.count(subject)).toMatchObject({ cardUnverified: 1, cardUnverifiedMinor: 700 });
  counters.takeBack('C99', name);
  expect(counters.count(subject)).toMatchObject({ cardUnverified: 0, cardUnverifiedMinor: 0 });
});
