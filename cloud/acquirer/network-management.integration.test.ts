import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import {
  buildNetworkManagement,
  buildReconciliation,
  type NETWORK_CODES,
  type Totals,
} from '#kernel/transaction/follow-up-messages.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import type { TestTerminal } from './test-terminal.fixture.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const manage = (code: keyof typeof NETWORK_CODES) =>
  terminal.seal(buildNetworkManagement(code, terminal.file, terminal.trace()));
const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields;
const verified = { verification: 'cdcvm' } as const;

test('after a sign-off nothing is sold until a sign-on', async () => {
  const card = await cloud.card('everyday');
  expect(await send(manage('signOff'))).toMatchObject({ 39: '00', 70: '002' });
  expect(await send(terminal.sale(card).bytes)).toMatchObject({ 39: '58' });
  expect(await send(manage('echo'))).toMatchObject({ 39: '00' });
  expect(await send(manage('signOn'))).toMatchObject({ 39: '00', 70: '001' });
  expect(await send(terminal.sale(card).bytes)).toMatchObject({ 39: '00' });
});

test('a new MAC key comes as a key block and holds from its first use on', async () => {
  const card = await cloud.card('everyday');
  const old = terminal.macKey;
  const asked = manage('keyChange');
  const { 39: code, 62: block } = await send(asked);
  expect(code).toBe('00');
  // The same again gives the same key; another connection is open all the while.
  expect(await send(asked)).toMatchObject({ 62: block });
  const other = await cloud.connect();
  const transportKey = new SecretKey(hex(terminal.file.transportKeyHex ?? ''));
  const unwrapped = expectOk(unwrapKeyBlock(transportKey, String(block)));
  expect(unwrapped.header).toMatchObject({ keyUsage: 'M3', version: 'D' });
  // Until it is used the old one holds: the answer may have been lost.
  expect(await send(terminal.sale(card).bytes)).toMatchObject({ 39: '00' });
  const before = terminal.sale(card);
  const first = await terminal.exchange(before.bytes);
  expect(terminal.open(first).fields[39]).toBe('00');
  terminal.macKey = unwrapped.key;
  expect(await send(terminal.sale(card).bytes)).toMatchObject({ 39: '00' });
  // A repeat is answered as before, under the new key.
  expect(
    terminal.open(await terminal.exchange(terminal.seal(before.message))).fields,
  ).toMatchObject({ 39: '00', 37: expect.any(String) });
  terminal.macKey = old;
  expect(await terminal.exchange(terminal.sale(card).bytes, 500)).toBeUndefined();
  other.macKey = unwrapped.key;
  const elsewhere = other.sale(card);
  expect(other.open(await other.exchange(elsewhere.bytes)).fields[39]).toBe('00');
  terminal.macKey = unwrapped.key;
});

const reconcile = (mti: '0500' | '0520', totals: Totals) =>
  terminal.seal(
    buildReconciliation(mti, { ...totals, currency: '978' }, terminal.file, terminal.trace()),
  );

test('a batch is closed where both counted the same, and settles what is in it', async () => {
  const { rows } = await countCaptured();
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { ...verified, amountMinor: 900n });
  expect(await send(sale.bytes)).toMatchObject({ 39: '00' });
  expect(await send(terminal.followUp('refund', sale, 200n).bytes)).toMatchObject({ 39: '00' });
  const held = terminal.sale(card, { ...verified, amountMinor: 400n, kind: 'preauthorisation' });
  expect(await send(held.bytes)).toMatchObject({ 39: '00' });
  const debitsMinor = rows.reduce((sum, amount) => sum + amount, 900n);
  const totals = { debits: rows.length + 1, debitsMinor, credits: 1, creditsMinor: 200n };
  const wrong = await send(reconcile('0500', { ...totals, debitsMinor: debitsMinor - 1n }));
  expect(wrong).toMatchObject({ 39: '95', 66: '2', 76: `${totals.debits}`.padStart(10, '0') });
  const right = await send(reconcile('0500', totals));
  expect(right).toMatchObject({ 39: '00', 66: '1' });
  expect(decodeAdditionalData(right[48])).toEqual({ batchNumber: 1 });
  // What is settled is refunded, not voided; what is only held is in no batch.
  expect(await send(terminal.followUp('void', sale, 900n).bytes)).toMatchObject({ 39: '12' });
  expect(await send(terminal.followUp('refund', sale, 700n).bytes)).toMatchObject({ 39: '00' });
  expect(await send(terminal.followUp('completion', held, 300n).bytes)).toMatchObject({ 39: '00' });
  const next = { debits: 1, debitsMinor: 300n, credits: 1, creditsMinor: 700n };
  const closing = await send(reconcile('0520', { ...next, credits: 2 }));
  expect(closing).toMatchObject({ 39: '00', 66: '2', 97: 'C0000000000000400' });
  expect(decodeAdditionalData(closing[48])).toEqual({ batchNumber: 2 });
  expect(await send(terminal.followUp('void', held, 300n).bytes)).toMatchObject({ 39: '12' });
});

async function countCaptured() {
  const captured = await cloud.db
    .selectFrom('transactions')
    .select('captured_minor')
    .where('state', '=', 'captured')
    .execute();
  return { rows: captured.map(({ captured_minor }) => captured_minor) };
}
