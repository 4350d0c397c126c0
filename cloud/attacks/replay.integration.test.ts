import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { buildNetworkManagement } from '#kernel/transaction/follow-up-messages.ts';
import { type Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';

const SILENCE_MS = 300;
let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const codeOf = async (bytes: Uint8Array, by = terminal) =>
  by.open(await by.exchange(bytes)).fields[39];
const newSale = async (by = terminal) =>
  by.sale(await cloud.card('everyday'), { amountMinor: 100n, verification: 'cdcvm' });
const isBookedOnce = async (sale: Sale) => expect(await cloud.entriesOf(sale)).toEqual(['sale']);

test('a captured message that is sent again is answered as before and books nothing', async () => {
  const sale = await newSale();
  const answer = await terminal.exchange(sale.bytes);
  expect(terminal.open(answer).fields[39]).toBe('00');
  expect(await terminal.exchange(sale.bytes)).toEqual(answer);
  const elsewhere = await cloud.connect();
  expect(await elsewhere.exchange(sale.bytes)).toEqual(answer);
  expect(await cloud.recordsOf(sale)).toHaveLength(1);
  await isBookedOnce(sale);
});

test('a captured reversal that is sent again undoes nothing more', async () => {
  const sale = await newSale();
  expect(await codeOf(sale.bytes)).toBe('00');
  const reversal = terminal.reversal(sale);
  expect(await codeOf(reversal)).toBe('00');
  expect(await codeOf(reversal)).toBe('00');
  expect(await codeOf(sale.bytes)).toBe('00');
  expect(await cloud.entriesOf(sale)).toEqual(['sale', 'reversal']);
  expect((await cloud.recordsOf(sale)).map(({ state }) => state)).toEqual(['reversed']);
});

test('a captured message that another terminal sends is dropped', async () => {
  const sale = await newSale();
  expect(await codeOf(sale.bytes)).toBe('00');
  const other = await TestTerminal.connect(await cloud.enrol('10000002'));
  const from = cloud.lines.length;
  expect(await other.exchange(sale.bytes, SILENCE_MS)).toBeUndefined();
  expect(cloud.lines.slice(from)).toEqual(['dropped a message of 10000002: mac-mismatch at 64']);
  const forged = other.seal({ ...sale.message, fields: { ...sale.message.fields } });
  expect(await other.exchange(forged, SILENCE_MS)).toBeUndefined();
  expect(cloud.lines.at(-1)).toBe('dropped a message of 10000002: terminal-mismatch at 41');
  await isBookedOnce(sale);
  other.close();
});

test('another message under the name of one that was answered is refused', async () => {
  const sale = await newSale();
  expect(await codeOf(sale.bytes)).toBe('00');
  const other = terminal.sale(await cloud.card('everyday'), {
    ...{ trace: sale.trace, amountMinor: 9_900n, verification: 'cdcvm' },
  });
  expect(await codeOf(other.bytes)).toBe('94');
  await isBookedOnce(sale);
});

test('an amount that was changed after the card signed it is not paid', async () => {
  // By one who holds the MAC key: a terminal that was taken over.
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor: 100n, fields: { 4: '000000009900' } });
  expect(await codeOf(sale.bytes)).not.toBe('00');
  expect(await cloud.entriesOf(sale)).toEqual([]);
});

test('a cryptogram that paid once pays no second time under another number', async () => {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
  expect(await codeOf(sale.bytes)).toBe('00');
  const { 55: iccData } = sale.message.fields;
  const fields = iccData === undefined ? {} : { 55: iccData };
  const copy = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm', fields });
  expect(await codeOf(copy.bytes)).toBe('59');
  expect(await cloud.entriesOf(copy)).toEqual([]);
});

test('once a new MAC key was used the old one is good nowhere, from that moment on', async () => {
  const card = await cloud.card('everyday');
  const busy = await cloud.connect();
  const old = terminal.macKey;
  const captured = await newSale();
  const before = await newSale(busy);
  expect(await codeOf(before.bytes, busy)).toBe('00');
  const change = buildNetworkManagement('keyChange', terminal.file, terminal.trace());
  const { 62: block } = terminal.open(await terminal.exchange(terminal.seal(change))).fields;
  // The other connection is used all the while, so that what it knows is never old.
  expect(await codeOf((await newSale(busy)).bytes, busy)).toBe('00');
  const transportKey = new SecretKey(hex(terminal.file.transportKeyHex ?? ''));
  terminal.macKey = expectOk(unwrapKeyBlock(transportKey, String(block))).key;
  expect(await codeOf((await newSale()).bytes)).toBe('00');
  const late = busy.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
  const from = cloud.lines.length;
  expect(await busy.exchange(late.bytes, SILENCE_MS)).toBeUndefined();
  expect(await busy.exchange(before.bytes, SILENCE_MS)).toBeUndefined();
  expect(await terminal.exchange(captured.bytes, SILENCE_MS)).toBeUndefined();
  expect(cloud.lines.slice(from)).toEqual(
    Array(3).fill('dropped a message of 10000001: mac-mismatch at 64'),
  );
  expect(await cloud.recordsOf(late)).toEqual([]);
  expect(busy.macKey.revealHex()).toBe(old.revealHex());
});

test('without the new key the old one holds, and the key block opens for nobody else', async () => {
  const other = await TestTerminal.connect(await cloud.enrol('10000003'));
  const change = buildNetworkManagement('keyChange', other.file, other.trace());
  const { 62: block } = other.open(await other.exchange(other.seal(change))).fields;
  const foreign = new SecretKey(hex(terminal.file.transportKeyHex ?? ''));
  expect(unwrapKeyBlock(foreign, String(block)).ok).toBe(false);
  expect(await codeOf((await newSale(other)).bytes, other)).toBe('00');
  other.close();
});
