import { afterAll, beforeAll, expect, test } from 'vitest';
import { concatBytes, equalBytes, readUint } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import type { MessageFields } from '#kernel/iso8583/message.ts';
import { computeArpcMethod2 } from '#kernel/keys/cryptogram.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import { readAuthorisationAnswer } from '#kernel/transaction/host-messages.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { readLedger } from '../store/records.ts';
import { TestCard } from './test-card.fixture.ts';
import type { TestTerminal } from './test-terminal.fixture.ts';

const RECORDED_CARD = {
  wearableId: 'recorded',
  pan: '4761739001010010',
  panSequenceNumber: '01',
  expiry: '2212',
  iccMasterKeyHex: '00'.repeat(16),
};

let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const responseCode = (answer: Uint8Array | undefined) => terminal.open(answer).fields[39];
const objectsOf = (field: string | Uint8Array | undefined) => {
  const decoded = decodeTlv(typeof field === 'object' ? field : new Uint8Array(0));
  return (tag: string) => (decoded.ok ? findTag(decoded.value, tag)?.value : undefined);
};

test('a sale is approved, scored, answered for the card, and booked once', async () => {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card);
  const answer = terminal.open(await terminal.exchange(sale.bytes));
  expect(answer.mti).toBe('0110');
  for (const echoed of [3, 4, 7, 11, 12, 13, 41, 42, 49]) {
    expect(answer.fields[echoed]).toBe(sale.message.fields[echoed]);
  }
  const read = readAuthorisationAnswer(sale.message, answer);
  expect(read).toMatchObject({ responseCode: '00', score: { score: 0, tier: 'low', reasons: [] } });
  expect(read?.approvalCode).toMatch(/^\d{6}$/);
  expect(read?.retrievalReference).toMatch(/^\d{12}$/);

  const arqc = objectsOf(sale.message.fields[55])('9F26') ?? new Uint8Array(0);
  const csu = hex('00800000');
  const key = card.sessionKey();
  const arpc = expectOk(computeArpcMethod2('tdes', key, arqc, csu, new Uint8Array(0)));
  expect(objectsOf(answer.fields[55])('91')).toEqual(concatBytes(arpc, csu));
  for (const tag of ['DF31', 'DF32', 'DF33']) {
    expect(readUint(objectsOf(answer.fields[61])(tag) ?? new Uint8Array(0))).toBeGreaterThan(0);
  }
  expect(await cloud.entriesOf(sale)).toHaveLength(1);
  const booked = (await readLedger(cloud.db)).filter((each) => each.terminalId === '10000001');
  expect(booked).toMatchObject([
    { creditAccount: 'merchant:TESSERA00000001', currency: '978', amountMinor: 1_430n },
  ]);
  expect(await cloud.recordsOf(sale)).toMatchObject([
    { state: 'captured', masked_pan: '999999******0014', amount_minor: 1_430n, tier: 'low' },
  ]);
});

test('an echo is answered', async () => {
  const { terminalId } = terminal.file;
  const fields = { 7: '0704120000', 11: '000999', 41: terminalId, 70: '301' };
  const answer = terminal.open(await terminal.exchange(terminal.seal({ mti: '0800', fields })));
  expect(answer).toMatchObject({ mti: '0810', fields: { ...fields, 39: '00' } });
});

test('above the limit a cardholder who was not verified is asked to be', async () => {
  const card = await cloud.card('silent');
  const sale = terminal.sale(card, { amountMinor: 5_001n });
  const answer = terminal.open(await terminal.exchange(sale.bytes));
  expect(answer.fields[39]).toBe('1A');
  expect(readAuthorisationAnswer(sale.message, answer)?.score).toMatchObject({ reasons: ['C01'] });
});

test('the recorded exchange of a scheme test card is approved, and only once', async () => {
  // github:MohamedHassanNasr/emv (Daniel Hu, BSD-style licence), mock/mock-visa-online.json.
  const iccData = hex(
    '9F260848325309BE82CBA29F2701809F100706010A03A000009F3704ABABABAB9F360200779505000000' +
      '00009A032003169C01009F02060000000090005F2A020840820220009F1A0208409F0306000000000000',
  );
  const request = () => {
    const { message } = terminal.sale(new TestCard(RECORDED_CARD), {
      amountMinor: 9_000n,
      currency: '840',
      verification: 'cdcvm',
    });
    return terminal.seal({ ...message, fields: { ...message.fields, 55: iccData } });
  };
  const answer = terminal.open(await terminal.exchange(request()));
  expect(answer.fields[39]).toBe('00');
  expect(objectsOf(answer.fields[55])('91')).toHaveLength(10);
  expect(responseCode(await terminal.exchange(request()))).toBe('59');
});

test('the same request twenty times at once has one answer and one booking', async () => {
  const sale = terminal.sale(await cloud.card('everyday'));
  const other = await cloud.connect();
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => terminal.exchange(sale.bytes)),
    ...Array.from({ length: 5 }, () => other.exchange(sale.bytes)),
    ...Array.from({ length: 10 }, () => cloud.answer(sale.bytes)),
  ]);
  const [first = new Uint8Array(0)] = answers;
  expect(responseCode(first)).toBe('00');
  for (const answer of answers) expect(answer && equalBytes(answer, first)).toBe(true);
  expect(await cloud.entriesOf(sale)).toHaveLength(1);
  expect(await cloud.recordsOf(sale)).toHaveLength(1);
});

test('another request under the same STAN and time is refused and books nothing', async () => {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card);
  expect(responseCode(await terminal.exchange(sale.bytes))).toBe('00');
  const other = terminal.sale(card, { trace: sale.trace, amountMinor: 1_500n });
  expect(responseCode(await terminal.exchange(other.bytes))).toBe('94');
  expect(await cloud.entriesOf(sale)).toHaveLength(1);
  expect(await cloud.recordsOf(sale)).toMatchObject([{ amount_minor: 1_430n }]);
});

test('sales at once on one account never take more than there is', async () => {
  const card = await cloud.card('everyday');
  const sales = Array.from({ length: 12 }, () =>
    terminal.sale(card, { amountMinor: 20_000n, verification: 'cdcvm' }),
  );
  const answers = await Promise.all(sales.map((sale) => cloud.answer(sale.bytes)));
  const codes = answers.map(responseCode);
  // A counter that was overtaken by a higher one is taken for a replay.
  for (const code of codes) expect(['00', '51', '59']).toContain(code);
  expect(codes.filter((code) => code === '00').length).toBeGreaterThan(0);
  const report = await verifyLedger(cloud.db);
  expect(report).toMatchObject({ overdrawn: [], misstated: [] });
});

test('an empty account, a wrong cryptogram and a used counter are declined', async () => {
  const empty = await cloud.card('empty');
  expect(responseCode(await terminal.exchange(terminal.sale(empty).bytes))).toBe('51');
  const wrongKey = { ...empty.profile, iccMasterKeyHex: '00'.repeat(16) };
  const forged = terminal.sale(new TestCard(wrongKey, empty.counter));
  const answer = terminal.open(await terminal.exchange(forged.bytes));
  expect(answer.fields).toMatchObject({ 39: '82' });
  expect(answer.fields).not.toHaveProperty('55');
  const replayed = terminal.sale(new TestCard(empty.profile, empty.counter - 1));
  expect(responseCode(await terminal.exchange(replayed.bytes))).toBe('59');
  for (const sale of [forged, replayed]) {
    expect(await cloud.entriesOf(sale)).toEqual([]);
    expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'declined' }]);
  }
});

test('a strange card, another shop and an amount that was not signed are refused', async () => {
  const card = await cloud.card('empty');
  const stranger = new TestCard({ ...card.profile, pan: '9999990000000972' });
  expect(responseCode(await terminal.exchange(terminal.sale(stranger).bytes))).toBe('14');
  const { message } = terminal.sale(card);
  const change = (fields: MessageFields, number: number) => {
    const trace = { 11: `00${9_000 + number}` };
    return terminal.seal({ mti: '0100', fields: { ...message.fields, ...trace, ...fields } });
  };
  const otherShop = change({ 42: 'TESSERA00000002' }, 1);
  expect(responseCode(await terminal.exchange(otherShop))).toBe('03');
  expect(responseCode(await terminal.exchange(change({ 4: '000000000001' }, 2)))).toBe('13');
  expect(responseCode(await terminal.exchange(change({ 3: '200000' }, 3)))).toBe('12');
  expect(responseCode(await terminal.exchange(change({ 49: '840' }, 4)))).toBe('30');
});
