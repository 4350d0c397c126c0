import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectOk } from '#kernel/bytes/result.ts';
import { buildReconciliation, type Totals } from '#kernel/transaction/follow-up-messages.ts';
import type { TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { parseBankFile } from './bank-file.ts';
import { compareWithBank } from './read-batches.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields[39];

/** Sells, gives some of it back, and closes the batch with these totals. */
async function closeBatch(amountMinor: bigint, refundMinor: bigint, totals: Totals) {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  expect(await send(sale.bytes)).toBe('00');
  expect(await send(terminal.followUp('refund', sale, refundMinor).bytes)).toBe('00');
  const counted = { ...totals, currency: '978' };
  const message = buildReconciliation('0520', counted, terminal.file, terminal.trace());
  expect(await send(terminal.seal(message))).toBe('00');
}

const differencesTo = async (...rows: readonly string[]) => {
  const text = ['terminal,batch,currency,direction,amount', ...rows].join('\n');
  const lines = expectOk(parseBankFile(text));
  return compareWithBank(cloud.db, { bank: { lines, sha256: text } });
};

test('terminal, host and bank agree until something is wrong, and then it is named', async () => {
  await closeBatch(900n, 200n, { debits: 1, debitsMinor: 900n, credits: 1, creditsMinor: 200n });
  await closeBatch(500n, 100n, { debits: 1, debitsMinor: 501n, credits: 1, creditsMinor: 100n });
  const counted = {
    kind: 'totals-differ',
    batch: { terminalId: '10000001', currency: '978', batchNumber: 2 },
    differenceMinor: 1n,
  };
  const first = '10000001,1,978,CRDT,700';
  const second = '10000001,2,978,CRDT,400';
  expect(await differencesTo(first, second)).toEqual([counted]);
  expect(await differencesTo(first)).toMatchObject([
    counted,
    { kind: 'not-paid', differenceMinor: -400n },
  ]);
  expect(await differencesTo(first, second, second)).toMatchObject([
    counted,
    { kind: 'paid-twice', differenceMinor: 400n, where: '4' },
  ]);
  expect(await differencesTo(first, '10000001,2,978,CRDT,399')).toMatchObject([
    counted,
    { kind: 'paid-amount-differs', differenceMinor: -1n, where: '3' },
  ]);
});

test('a transaction that was changed behind the back of a batch shows', async () => {
  await cloud.db
    .updateTable('transactions')
    .set({ captured_minor: 899n })
    .where('batch_number', '=', 1)
    .where('kind', '=', 'purchase')
    .execute();
  const found = await differencesTo('10000001,1,978,CRDT,700', '10000001,2,978,CRDT,400');
  expect(found).toMatchObject([
    { kind: 'host-miscounted', batch: { batchNumber: 1 }, differenceMinor: 1n },
    { kind: 'totals-differ', batch: { batchNumber: 2 } },
  ]);
});
