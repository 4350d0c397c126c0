import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { equalBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { computeArpcMethod1 } from '#kernel/keys/cryptogram.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import { readAuthorisationAnswer } from '#kernel/transaction/host-messages.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import { openDatabase, type Queries } from '../store/database.ts';
import { readLedger, readTransactions } from '../store/records.ts';
import { readCard, readTerminalFile, type Sale, TestTerminal } from './test-terminal.fixture.ts';

let dataDir: string;
let cloud: Cloud;
let db: Queries;
let terminal: TestTerminal;
const lines: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-acquirer-'));
  const events = { log: (line: string) => void lines.push(line), databaseLost: () => undefined };
  cloud = await startCloud({ dataDir }, events, new AbortController().signal);
  db = openDatabase(cloud.databaseUrl);
  terminal = await connect();
});

afterAll(async () => {
  terminal?.close();
  await db?.destroy();
  await cloud?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

let firstStan = 1;
async function connect(): Promise<TestTerminal> {
  firstStan += 1_000;
  return TestTerminal.connect(await readTerminalFile(cloud.enrolmentDir), { firstStan });
}

const cards = new Map<string, Awaited<ReturnType<typeof readCard>>>();
/** The counter of a card goes on from test to test. */
async function cardOf(wearableId: string) {
  const card = cards.get(wearableId) ?? (await readCard(cloud.enrolmentDir, wearableId));
  cards.set(wearableId, card);
  return card;
}

async function recordOf(sale: Sale) {
  const stan = `${sale.trace.stan}`.padStart(6, '0');
  return (await readTransactions(db)).find((each) => each.stan === stan);
}

async function entriesOf(sale: Sale) {
  const stan = `${sale.trace.stan}`.padStart(6, '0');
  const ledger = await readLedger(db);
  return [...new Set(ledger.map((each) => each.entryId).filter((id) => id.includes(stan)))].sort();
}

const responseCode = (answer: Uint8Array | undefined) => terminal.open(answer).fields[39];

test('a sale is approved, scored, answered for the card, and booked once', async () => {
  const card = await cardOf('everyday');
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

  const issuerData = answer.fields[55];
  const objects = decodeTlv(typeof issuerData === 'object' ? issuerData : new Uint8Array(0));
  const data = objects.ok ? findTag(objects.value, '91')?.value : undefined;
  const signed = decodeTlv(sale.message.fields[55] as Uint8Array);
  const arqc = signed.ok ? findTag(signed.value, '9F26')?.value : undefined;
  const arc = new TextEncoder().encode('00');
  const arpc = computeArpcMethod1(card.sessionKey(), arqc ?? new Uint8Array(0), arc);
  expect(encodeHex(data ?? new Uint8Array(0))).toBe(`${encodeHex(arpc)}3030`);

  const timings = decodeTlv(answer.fields[61] as Uint8Array);
  for (const tag of ['DF31', 'DF32', 'DF33']) {
    expect(timings.ok && findTag(timings.value, tag)?.value.length).toBe(4);
  }
  expect(await entriesOf(sale)).toHaveLength(1);
  const postings = (await readLedger(db)).filter((each) => each.terminalId === '10000001');
  expect(postings.map(({ side, amountMinor }) => [side, amountMinor])).toEqual([
    ['debit', 1_430n],
    ['credit', 1_430n],
  ]);
  expect(await recordOf(sale)).toMatchObject({ state: 'approved', masked_pan: '999999******0014' });
});

test('an echo is answered', async () => {
  const { terminalId } = terminal.file;
  const fields = { 7: '0704120000', 11: '000999', 41: terminalId, 70: '301' };
  const answer = terminal.open(await terminal.exchange(terminal.seal({ mti: '0800', fields })));
  expect(answer).toMatchObject({ mti: '0810', fields: { ...fields, 39: '00' } });
});

test('the same request twenty times at once has one answer and one booking', async () => {
  const sale = terminal.sale(await cardOf('everyday'));
  const others = await Promise.all([connect(), connect(), connect()]);
  const all = [terminal, ...others];
  const answers = await Promise.all(
    all.flatMap((each) => Array.from({ length: 5 }, () => each.exchange(sale.bytes))),
  );
  for (const other of others) other.close();
  const [first = new Uint8Array(0)] = answers;
  expect(responseCode(first)).toBe('00');
  for (const answer of answers) expect(answer && equalBytes(answer, first)).toBe(true);
  expect(await entriesOf(sale)).toHaveLength(1);
  expect((await readTransactions(db)).filter((each) => each.stan === sale.message.fields[11])).toHaveLength(1);
});

test('another request under the same STAN and time is refused and books nothing', async () => {
  const card = await cardOf('everyday');
  const sale = terminal.sale(card);
  expect(responseCode(await terminal.exchange(sale.bytes))).toBe('00');
  const other = terminal.sale(card, { trace: sale.trace, amountMinor: 1_500n });
  expect(responseCode(await terminal.exchange(other.bytes))).toBe('94');
  expect(await entriesOf(sale)).toHaveLength(1);
  expect(await recordOf(sale)).toMatchObject({ amount_minor: 1_430n });
});

test('different sales at once are all booked, and never more than there is', async () => {
  const card = await cardOf('everyday');
  const sales = Array.from({ length: 12 }, () =>
    terminal.sale(card, { amountMinor: 10_000n, verification: 'cdcvm' }),
  );
  for (const sale of sales) {
    const code = responseCode(await terminal.exchange(sale.bytes));
    expect(['00', '51']).toContain(code);
  }
  const { overdrawn, unbalanced } = await verifyLedger(db);
  expect({ overdrawn, unbalanced }).toEqual({ overdrawn: [], unbalanced: [] });
});
