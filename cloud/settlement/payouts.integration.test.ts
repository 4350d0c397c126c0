import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildReconciliation } from '#kernel/transaction/follow-up-messages.ts';
import type { Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { actingAs } from '../audit/actor.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { openDispute, ruleDispute } from '../disputes/disputes.ts';
import {
  BANK_ACCOUNT,
  BANK_CLEARING,
  balanceMinor,
  book,
  FEES,
  merchantAccount,
  reserveAccount,
  verifyLedger,
} from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { type ReadBankFile, readBankFile } from './bank-file.ts';
import { entryOf, notificationOf, statementOf } from './camt.fixture.ts';
import { payoutReference } from './camt-file.ts';
import { matchPayouts } from './match-payouts.ts';
import { setMerchantFee } from './merchant-fees.ts';
import { listPayouts, payOut } from './payouts.ts';
import { compareWithBank } from './read-batches.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const now = new Date();
const as = <T>(work: () => T) => actingAs('user tester', work);
const pay = (merchantId?: string) =>
  as(() => payOut(cloud.db, { now, ...(merchantId && { merchantId }) }));
const match = (file: ReadBankFile) => as(() => matchPayouts(cloud.db, file, now));
const MERCHANT = 'TESSERA00000001';
const balance = (account: string, currency = '978') => balanceMinor(cloud.db, account, currency);
const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields[39];
const sound = async () =>
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [], overdrawn: [] });

async function sold(amountMinor: bigint): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  expect(await send(sale.bytes)).toBe('00');
  return sale;
}

async function closeBatch(debits: number, debitsMinor: bigint, creditsMinor = 0n): Promise<void> {
  const totals = { debits, debitsMinor, credits: creditsMinor > 0n ? 1 : 0, creditsMinor };
  const counted = { ...totals, currency: '978' };
  const message = buildReconciliation('0500', counted, terminal.file, terminal.trace());
  expect(await send(terminal.seal(message))).toBe('00');
}

const dispute = async (sale: Sale, disputeId: string) => {
  const { 11: stan, 7: transmittedAt } = sale.message.fields;
  const key = { stan: String(stan), transmittedAt: String(transmittedAt) };
  const payment = { terminalId: '10000001', ...key };
  const opened = await openDispute(cloud.db, { disputeId, payment, reasonCode: '13.1' }, now);
  expect(opened.ok).toBe(true);
};
const rule = async (disputeId: string, ruling: 'won' | 'lost') => {
  const name = { terminalId: '10000001', disputeId };
  expect((await ruleDispute(cloud.db, name, ruling, now)).ok).toBe(true);
};

const readFile = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const read = readBankFile(bytes);
  if (!read.ok) throw new Error(read.error.kind);
  return { lines: read.value, sha256 };
};
const entry = (batchNumber: number, amount: string, more = {}) =>
  entryOf({
    ...{ reference: payoutReference('10000001', batchNumber), amount, direction: 'CRDT' },
    ...{ bookedOn: '2026-11-27', bankReference: `B${batchNumber}`, ...more },
  });
const differencesTo = async (text: string) =>
  (await compareWithBank(cloud.db, { bank: readFile(text) })).map(
    ({ kind, batch: { batchNumber }, differenceMinor }) => [kind, batchNumber, differenceMinor],
  );

let undelivered: Sale;

test('a batch is paid out once: a fee, what is disputed aside, the rest to the bank', async () => {
  await as(() =>
    setMerchantFee(
      cloud.db,
      { merchantId: MERCHANT, currency: '978' },
      { basisPoints: 125, fixedMinor: 10n },
      now,
    ),
  );
  await sold(1_000n);
  undelivered = await sold(340n);
  await closeBatch(2, 1_340n);
  await sold(70n);
  await dispute(undelivered, 'goods');
  expect(await balance(merchantAccount(MERCHANT))).toBe(1_340n + 70n - 340n);
  expect(await balance(reserveAccount(MERCHANT))).toBe(340n);
  const runs = await Promise.all([pay(), pay()]);
  // 1.25 % of 13.40 is 16.75, which is 17; and 10 for each of two.
  const paid = { grossMinor: 1_340n, feeMinor: 37n, withheldMinor: 340n, amountMinor: 963n };
  expect(runs.flat()).toMatchObject([{ merchantId: MERCHANT, batchNumber: 1, ...paid }]);
  expect(await listPayouts(cloud.db)).toMatchObject([{ ...paid, matchedAt: null }]);
  expect(await balance(merchantAccount(MERCHANT))).toBe(70n);
  expect([await balance(FEES), await balance(BANK_CLEARING)]).toEqual([37n, 963n]);
  await sound();
});

test("the bank's line closes it, and only the right one does", async () => {
  const right = statementOf(entry(1, '9.63'));
  const full = statementOf(entry(1, '13.40'));
  expect(await differencesTo(full)).toEqual([['paid-amount-differs', 1, 377n]]);
  expect(await match(readFile(full))).toEqual({
    booked: [],
    withoutPayout: 0,
  });
  expect(await balance(BANK_CLEARING)).toBe(963n);
  expect(await differencesTo(right)).toEqual([]);
  const matched = await match(readFile(right));
  expect(matched.booked).toMatchObject([{ batchNumber: 1 }]);
  expect([await balance(BANK_CLEARING), await balance(BANK_ACCOUNT)]).toEqual([0n, 963n]);
  await sound();
});

test('the same file or its notification is the same payment; another line is not', async () => {
  const right = statementOf(entry(1, '9.63'));
  expect((await match(readFile(right))).booked).toEqual([]);
  expect(await differencesTo(right)).toEqual([]);
  expect(await differencesTo(notificationOf(entry(1, '9.63')))).toEqual([]);
  expect(await differencesTo(statementOf(''))).toEqual([]);
  const again = entry(1, '9.63', { bankReference: 'other' });
  expect(await differencesTo(statementOf(again))).toEqual([['paid-twice', 1, 963n]]);
  expect(await differencesTo(statementOf(entry(1, '9.63') + entry(1, '9.63')))).toEqual([
    ['paid-twice', 1, 963n],
  ]);
  expect(await balance(BANK_CLEARING)).toBe(0n);
});

test('what was withheld comes back with the next payout when the dispute is won', async () => {
  await closeBatch(1, 70n);
  await rule('goods', 'won');
  const [next] = await pay();
  // 1.25 % of 0.70 rounds to 1.
  expect(next).toMatchObject({ batchNumber: 2, feeMinor: 11n, withheldMinor: -340n });
  expect(next?.amountMinor).toBe(70n - 11n + 340n);
  expect(await balance(merchantAccount(MERCHANT))).toBe(0n);
  await sound();
});

test('what was lost after it was paid is kept from what comes, as far as that goes', async () => {
  await dispute(undelivered, 'goods again');
  await rule('goods again', 'lost');
  expect(await balance(merchantAccount(MERCHANT))).toBe(-340n);
  await sold(100n);
  await closeBatch(1, 100n);
  const [first] = await pay();
  expect(first).toMatchObject({ feeMinor: 11n, withheldMinor: 89n, amountMinor: 0n });
  expect(await balance(merchantAccount(MERCHANT))).toBe(89n - 340n);
  await sold(400n);
  await closeBatch(1, 400n);
  const [second] = await pay();
  expect(second).toMatchObject({ feeMinor: 15n, withheldMinor: 251n, amountMinor: 134n });
  expect(await balance(merchantAccount(MERCHANT))).toBe(0n);
  await sound();
});

test('refunds of more than was sold are taken from the merchant by the bank', async () => {
  const sale = await sold(500n);
  await closeBatch(1, 500n);
  await pay();
  expect(await send(terminal.followUp('refund', sale, 500n).bytes)).toBe('00');
  await closeBatch(0, 0n, 500n);
  const before = await balance(BANK_CLEARING);
  const [taken] = await pay();
  expect(taken).toMatchObject({ batchNumber: 6, feeMinor: 0n, amountMinor: -500n });
  expect(await balance(BANK_CLEARING)).toBe(before - 500n);
  const file = readFile(statementOf(entry(6, '5.00', { direction: 'DBIT' })));
  expect((await match(file)).booked).toHaveLength(1);
  expect(await balance(BANK_CLEARING)).toBe(before);
  await sound();
});

test('currencies are kept apart, and a payment that the bank made by itself is told', async () => {
  const transfer = { debitAccount: 'issuer:funds', creditAccount: merchantAccount(MERCHANT) };
  const transfers = [{ ...transfer, currency: '840', amountMinor: 900n }];
  const booked = { terminalId: '10000001', entryId: 'sale-in-dollars', transfers };
  await cloud.db.transaction().execute((unit) => book(unit, booked));
  const [of1] = await cloud.db.selectFrom('batches').selectAll().limit(1).execute();
  if (!of1) throw new Error('there is a batch');
  const dollars = { currency: '840', batch_number: 1, host_debits: 1, host_debits_minor: 900n };
  const credits = { host_credits: 0, host_credits_minor: 0n };
  await cloud.db
    .insertInto('batches')
    .values({ ...of1, ...dollars, ...credits })
    .execute();
  const file = readFile(statementOf(entry(1, '9.00', { currency: 'USD' })));
  expect(await match(file)).toEqual({ booked: [], withoutPayout: 1 });
  expect(await pay('ANOTHER00000001')).toEqual([]);
  const paid = await pay(MERCHANT);
  expect(paid).toMatchObject([{ currency: '840', feeMinor: 0n, amountMinor: 900n }]);
  expect((await match(file)).booked).toHaveLength(1);
  expect(await balance(BANK_CLEARING, '840')).toBe(0n);
  expect(await balance(BANK_ACCOUNT, '840')).toBe(900n);
  await sound();
});

test('the audit log says who, and verifying finds a payout that was changed', async () => {
  expect((await verifyAudit(cloud.db)).broken).toEqual([]);
  const entries = await cloud.db.selectFrom('audit_log').select('entry').execute();
  const acts = entries.map(({ entry: text }) => JSON.parse(text));
  for (const act of ['payout', 'payout-matched', 'merchant-fee-set']) {
    expect(acts.find((each) => each.act === act)).toMatchObject({ by: 'user tester' });
  }
  await sql`update payouts set gross_minor = gross_minor + 1, amount_minor = amount_minor + 1
    where batch_number = 1 and currency = '978'`.execute(cloud.db);
  expect((await verifyLedger(cloud.db)).misstated).toEqual([BANK_ACCOUNT]);
});
