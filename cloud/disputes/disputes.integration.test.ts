import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { balanceMinor, merchantAccount, reserveAccount, verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { addEvidence, listDisputes, openDispute, ruleDispute } from './disputes.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const now = new Date();
const done = { ok: true, value: true };
const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields[39];
const setAside = () => balanceMinor(cloud.db, reserveAccount(terminal.file.merchantId), '978');
const owed = () => balanceMinor(cloud.db, merchantAccount(terminal.file.merchantId), '978');

async function sold(amountMinor: bigint): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  expect(await send(sale.bytes)).toBe('00');
  return sale;
}

const open = (sale: Sale, disputeId: string, reasonCode = '10.4') => {
  const { 11: stan, 7: transmittedAt } = sale.message.fields;
  const key = { stan: String(stan), transmittedAt: String(transmittedAt) };
  const payment = { terminalId: terminal.file.terminalId, ...key };
  return openDispute(cloud.db, { disputeId, payment, reasonCode }, now);
};
const named = (disputeId: string) => ({ terminalId: terminal.file.terminalId, disputeId });

test('a dispute that is lost gives back what is left, once', async () => {
  const sale = await sold(1_000n);
  expect(await send(terminal.followUp('refund', sale, 300n).bytes)).toBe('00');
  const other = await sold(100n);
  const before = await owed();
  const together = Array.from({ length: 8 }, () => open(sale, 'd1'));
  expect(await Promise.all(together)).toEqual(together.map(() => done));
  expect(await open(other, 'd1')).toMatchObject({ error: 'id-in-use' });
  expect(await owed()).toBe(before - 700n);
  expect(await setAside()).toBe(700n);
  // While it is open nothing else gives the money back.
  expect(await send(terminal.followUp('refund', sale, 1n).bytes)).toBe('12');
  const evidence = { kind: 'receipt', content: 'signed by the customer' };
  expect(await addEvidence(cloud.db, named('d1'), evidence, now)).toEqual(done);
  for (const ruling of ['lost', 'lost'] as const) {
    expect(await ruleDispute(cloud.db, named('d1'), ruling, now)).toEqual(done);
  }
  expect(await owed()).toBe(before - 700n);
  expect(await setAside()).toBe(0n);
  expect(await cloud.recordsOf(sale)).toMatchObject([
    { state: 'charged-back', refunded_minor: 300n, charged_back_minor: 700n },
  ]);
  expect(await ruleDispute(cloud.db, named('d1'), 'won', now)).toMatchObject({ error: 'ruled' });
  expect(await addEvidence(cloud.db, named('d1'), evidence, now)).toMatchObject({ error: 'ruled' });
});

test('a dispute for fraud labels its payment, another does not', async () => {
  const [denied, undelivered] = [await sold(200n), await sold(200n)];
  expect(await open(denied, 'd-fraud')).toEqual(done);
  expect(await open(undelivered, 'd-goods', '13.1')).toEqual(done);
  const labelled = async (sale: Sale) =>
    cloud.db
      .selectFrom('fraud_labels')
      .select('known_at')
      .where('stan', '=', String(sale.message.fields[11]))
      .execute();
  expect(await labelled(denied)).toHaveLength(1);
  expect(await labelled(undelivered)).toEqual([]);
});

test('a dispute that is won leaves the payment as it was', async () => {
  const sale = await sold(500n);
  const before = await owed();
  expect(await open(sale, 'd2')).toEqual(done);
  expect(await ruleDispute(cloud.db, named('d2'), 'won', now)).toEqual(done);
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'captured' }]);
  expect(await owed()).toBe(before);
});

test('a reversal waits for the ruling on a dispute, and then gives back what is left', async () => {
  for (const [disputeId, ruling, state] of [
    ['d-kept', 'won', 'reversed'],
    ['d-gone', 'lost', 'charged-back'],
  ] as const) {
    const before = await owed();
    const sale = await sold(300n);
    expect(await open(sale, disputeId, '13.1')).toEqual(done);
    expect(await send(terminal.reversal(sale))).toBe('12');
    expect(await ruleDispute(cloud.db, named(disputeId), ruling, now)).toEqual(done);
    for (const attempt of [2, 3]) {
      expect(await send(terminal.reversal(sale, { attempt }))).toBe('00');
    }
    expect(await cloud.recordsOf(sale)).toMatchObject([{ state, reversal_reason: '68' }]);
    expect(await owed()).toBe(before);
  }
});

test('what was not taken cannot be disputed, nor what is not there be ruled on', async () => {
  const sale = await sold(400n);
  expect(await send(terminal.reversal(sale))).toBe('00');
  expect(await open(sale, 'd3')).toMatchObject({ error: 'no-such-transition' });
  const unknown = { ...sale, message: { ...sale.message, fields: { 11: '777777', 7: '0' } } };
  expect(await open(unknown, 'd4')).toMatchObject({ error: 'no-such-payment' });
  expect(await ruleDispute(cloud.db, named('d5'), 'won', now)).toMatchObject({
    error: 'no-such-dispute',
  });
});

test('disputes are listed with what they are about', async () => {
  // All were opened at the same moment.
  expect(await listDisputes(cloud.db)).toMatchObject([
    { disputeId: 'd-fraud', state: 'open', amountMinor: 200n, reasonCode: '10.4' },
    { disputeId: 'd-gone', state: 'lost', amountMinor: 300n },
    { disputeId: 'd-goods', state: 'open', amountMinor: 200n, ruledAt: null },
    { disputeId: 'd-kept', state: 'won', amountMinor: 0n },
    { disputeId: 'd1', state: 'lost', amountMinor: 700n, currency: '978' },
    { disputeId: 'd2', state: 'won', amountMinor: 0n, ruledAt: now },
  ]);
});

test('ledger and audit log hold after all of it', async () => {
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [], overdrawn: [] });
  expect((await verifyAudit(cloud.db)).broken).toEqual([]);
});
