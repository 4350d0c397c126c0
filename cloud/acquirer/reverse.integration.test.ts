import { afterAll, beforeAll, expect, test } from 'vitest';
import { balanceMinor, cardAccount, verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import type { TestTerminal } from './test-terminal.fixture.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const responseCode = (answer: Uint8Array | undefined) => terminal.open(answer).fields[39];
const send = async (bytes: Uint8Array) => responseCode(await terminal.exchange(bytes));

/** What is on the accounts of all cards, in euros' minor units. */
async function onCardsMinor(): Promise<bigint> {
  const cards = await cloud.db.selectFrom('cards').select('card_token').execute();
  let sum = 0n;
  for (const { card_token } of cards) {
    sum += await balanceMinor(cloud.db, cardAccount(card_token), '978');
  }
  return sum;
}

test('a reversal undoes a sale once, however often and at once it comes', async () => {
  const before = await onCardsMinor();
  const sale = terminal.sale(await cloud.card('everyday'));
  expect(await send(sale.bytes)).toBe('00');
  expect(await onCardsMinor()).toBe(before - 1_430n);
  const first = terminal.reversal(sale);
  const repeats = [1, 2, 3, 4, 5, 6].map(() => terminal.reversal(sale, { attempt: 2 }));
  const answers = await Promise.all([first, first, ...repeats].map((bytes) => cloud.answer(bytes)));
  expect(answers.map(responseCode)).toEqual(answers.map(() => '00'));
  expect(await send(terminal.reversal(sale, { attempt: 3 }))).toBe('00');
  expect(await cloud.entriesOf(sale)).toEqual(['sale', 'reversal']);
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'reversed', reversal_reason: '68' }]);
  expect(await onCardsMinor()).toBe(before);
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [], overdrawn: [] });
});

test('the answer to a reversal names what it reversed and carries no card data', async () => {
  const sale = terminal.sale(await cloud.card('everyday'));
  await terminal.exchange(sale.bytes);
  const answer = terminal.open(await terminal.exchange(terminal.reversal(sale)));
  expect(answer.mti).toBe('0410');
  const original = `0100${sale.message.fields[11]}${sale.message.fields[7]}`;
  expect(answer.fields[90]).toBe(original.padEnd(42, '0'));
  for (const number of [2, 35, 55]) expect(answer.fields).not.toHaveProperty(`${number}`);
});

test('a reversal before its original leaves a mark, and the late original is refused', async () => {
  const before = await onCardsMinor();
  const sale = terminal.sale(await cloud.card('everyday'));
  expect(await send(terminal.reversal(sale))).toBe('00');
  expect(await send(terminal.reversal(sale, { attempt: 2 }))).toBe('00');
  const late = await terminal.exchange(sale.bytes);
  expect(responseCode(late)).toBe('12');
  expect(await terminal.exchange(sale.bytes)).toEqual(late);
  expect(await send(terminal.reversal(sale, { attempt: 3 }))).toBe('00');
  expect(await cloud.entriesOf(sale)).toEqual([]);
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'reversed-unseen' }]);
  expect(await onCardsMinor()).toBe(before);
});

test('a sale and its reversal at once end with nothing booked, whichever is first', async () => {
  const before = await onCardsMinor();
  const card = await cloud.card('everyday');
  for (let round = 0; round < 10; round++) {
    const sale = terminal.sale(card);
    await Promise.all([
      cloud.answer(sale.bytes),
      cloud.answer(terminal.reversal(sale)).then((answer) => {
        expect(responseCode(answer)).toBe('00');
      }),
    ]);
    const entries = await cloud.entriesOf(sale);
    const [record] = await cloud.recordsOf(sale);
    if (record?.state === 'reversed') expect(entries).toEqual(['sale', 'reversal']);
    else if (record?.state !== 'declined') expect(record?.state).toBe('reversed-unseen');
  }
  expect(await onCardsMinor()).toBe(before);
});

test('a declined sale is reversed without a booking', async () => {
  const sale = terminal.sale(await cloud.card('empty'));
  expect(await send(sale.bytes)).toBe('51');
  expect(await send(terminal.reversal(sale))).toBe('00');
  expect(await cloud.entriesOf(sale)).toEqual([]);
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'declined' }]);
});

test('a reversal of another amount, or of nothing that can be named, is refused', async () => {
  const sale = terminal.sale(await cloud.card('everyday'), { amountMinor: 500n });
  await terminal.exchange(sale.bytes);
  expect(await send(terminal.reversal(sale, { amountMinor: 499n }))).toBe('64');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'captured' }]);
  const { 90: _, ...fields } = terminal.open(terminal.reversal(sale)).fields;
  expect(await send(terminal.seal({ mti: '0400', fields: { ...fields, 70: '301' } }))).toBe('30');
  expect(await send(terminal.reversal(sale))).toBe('00');
});

test('the silent issuer books, never answers, and can be reversed', async () => {
  const before = await onCardsMinor();
  const sale = terminal.sale(await cloud.card('silent'));
  expect(await terminal.exchange(sale.bytes, 400)).toBeUndefined();
  expect(await terminal.exchange(sale.bytes, 400)).toBeUndefined();
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'captured' }]);
  expect(await onCardsMinor()).toBe(before - 1_430n);
  expect(await send(terminal.reversal(sale))).toBe('00');
  expect(await cloud.entriesOf(sale)).toEqual(['sale', 'reversal']);
  expect(await onCardsMinor()).toBe(before);
});
