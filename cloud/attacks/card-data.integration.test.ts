import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { buildNetworkManagement } from '#kernel/transaction/follow-up-messages.ts';
import { TestCard } from '../acquirer/test-card.fixture.ts';
import { pinFields } from '../acquirer/test-pin.fixture.ts';
import type { Sale, SaleOptions, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { ApiClient } from '../api/api-client.fixture.ts';
import { openDispute } from '../disputes/disputes.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { openSecrets, tokenOf } from '../store/secrets.ts';
import { found, type Needle, needlesOfKey, needlesOfPan, searchFiles } from './needles.fixture.ts';

const WEARABLES = ['everyday', 'empty', 'silent'];
/** A test number that has no account here. */
const UNKNOWN_PAN = '9999990000999997';
const PIN = '4971';
/** What a terminal, its wearables and this cloud are given; readable by their owner alone. */
const GIVEN_OUT = ['enrolment/terminal.json', 'enrolment/wearables.json', 'secrets.json'];

let cloud: RunningCloud;
let terminal: TestTerminal;
let needles: readonly Needle[];

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
  const cards = await Promise.all(WEARABLES.map((name) => cloud.card(name)));
  const stored = JSON.parse(await readFile(path.join(cloud.dataDir, 'secrets.json'), 'utf8'));
  const { macKeyHex, transportKeyHex = '', pinKeyHex = '' } = terminal.file;
  needles = [
    ...[...cards.map(({ profile }) => profile.pan), UNKNOWN_PAN].flatMap(needlesOfPan),
    ...cards.flatMap(({ profile }) => needlesOfKey('card key', profile.iccMasterKeyHex)),
    ...needlesOfKey('MAC key', macKeyHex),
    ...needlesOfKey('transport key', transportKeyHex),
    ...needlesOfKey('PIN key', pinKeyHex),
    ...Object.entries(stored).flatMap(([name, key]) => needlesOfKey(name, String(key))),
  ];
  await doBusiness(cards);
});
afterAll(() => cloud?.stop());

const codeOf = async (sale: Sale, timeoutMs = 5_000) => {
  const answer = await terminal.exchange(sale.bytes, timeoutMs);
  return answer && terminal.open(answer).fields[39];
};

/** A bit of everything that a card takes part in, right and wrong. */
async function doBusiness([everyday, empty, silent]: readonly TestCard[]): Promise<void> {
  if (!everyday || !empty || !silent) throw new Error('three wearables are needed');
  await cloud.configure(everyday, { pin: PIN });
  const sell = (card: TestCard, options: SaleOptions = {}) =>
    terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm', ...options });
  const sale = sell(everyday);
  expect(await codeOf(sale)).toBe('00');
  expect(await codeOf(sell(everyday, { mti: '0200', ...withPin(everyday) }))).toBe('00');
  expect(await codeOf(sell(empty))).toBe('51');
  const unanswered = sell(silent);
  expect(await codeOf(unanswered, 300)).toBeUndefined();
  expect(terminal.open(await terminal.exchange(terminal.reversal(unanswered))).fields[39]).toBe(
    '00',
  );
  const held = sell(everyday, { kind: 'preauthorisation' });
  expect(await codeOf(held)).toBe('00');
  expect(await codeOf(terminal.followUp('completion', held))).toBe('00');
  expect(await codeOf(terminal.followUp('refund', sale, 10n))).toBe('00');
  expect(await codeOf(sell(everyday, { kind: 'balance', amountMinor: 0n }))).toBe('00');
  expect(await codeOf(sell(everyday, { kind: 'advice' }))).toBe('00');
  const stranger = new TestCard({ ...everyday.profile, pan: UNKNOWN_PAN });
  expect(await codeOf(sell(stranger))).not.toBe('00');
  expect(await terminal.exchange(sale.bytes.with(-1, 0), 200)).toBeUndefined();
  const change = buildNetworkManagement('keyChange', terminal.file, terminal.trace());
  expect(terminal.open(await terminal.exchange(terminal.seal(change))).fields[39]).toBe('00');
  const disputed = sell(everyday);
  expect(await codeOf(disputed)).toBe('00');
  const { 11: stan, 7: transmittedAt } = disputed.message.fields;
  const payment = { stan: String(stan), transmittedAt: String(transmittedAt) };
  const { terminalId } = terminal.file;
  const dispute = { disputeId: 'd-1', payment: { terminalId, ...payment }, reasonCode: '10.4' };
  expect((await openDispute(cloud.db, dispute, new Date())).ok).toBe(true);
  const client = await ApiClient.operator(cloud);
  // The API is asked for them by their number, and says nothing of them.
  for (const pan of [everyday.profile.pan, UNKNOWN_PAN]) {
    await client.get(`/v1/keys?pan=${pan}`);
    await client.post('/v1/keys', { name: pan, merchantId: pan });
  }
  cloud.lines.push(...client.heard);
}

function withPin({ profile }: TestCard): SaleOptions {
  return { verification: 'online-pin', fields: pinFields(terminal, profile.pan, PIN, 1) };
}

test('no column of any table holds a PAN, its bare digest or a key', async () => {
  const tables = await sql<{ name: string }>`select table_name as name
    from information_schema.tables where table_schema = 'public'`.execute(cloud.db);
  expect(tables.rows.length).toBeGreaterThan(10);
  const hits: string[] = [];
  let values = 0;
  for (const { name } of tables.rows) {
    const rows = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(
      cloud.db,
    );
    for (const row of rows.rows) {
      for (const [column, value] of Object.entries(row)) {
        values++;
        const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(textOf(value));
        hits.push(...found(bytes, needles).map((what) => `${name}.${column}: ${what}`));
      }
    }
  }
  expect(hits).toEqual([]);
  expect(values).toBeGreaterThan(500);
});

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

test('no file of the data directory does, the database’s log of writes included', async () => {
  await sql`checkpoint`.execute(cloud.db);
  const { files, hits } = await searchFiles(cloud.dataDir, needles, GIVEN_OUT);
  expect(hits).toEqual([]);
  expect(files).toBeGreaterThan(300);
});

test('the search finds what is there', async () => {
  const given = await searchFiles(path.join(cloud.dataDir, 'enrolment'), needles);
  for (const name of WEARABLES) {
    const { pan } = (await cloud.card(name)).profile;
    expect(given.hits).toContain(`wearables.json: ${pan} in text`);
  }
  const { pan } = (await cloud.card('everyday')).profile;
  const token = tokenOf(pan, (await openSecrets(cloud.dataDir)).tokenKey);
  const stored = [token, '999999******0014'].map((text) => ({
    name: text,
    bytes: Buffer.from(text),
  }));
  const { hits } = await searchFiles(path.join(cloud.dataDir, 'postgres'), stored);
  for (const { name } of stored) expect(hits.some((hit) => hit.endsWith(name))).toBe(true);
  for (const at of [0, 1]) {
    const packed = Buffer.from(hex(`${'0'.repeat(at)}${pan}${'F'.repeat(at)}`));
    expect(found(packed, needlesOfPan(pan))).not.toEqual([]);
  }
  for (const at of [0, 1, 2]) {
    const text = Buffer.from(`${'='.repeat(at)}${pan}!!`).toString('base64');
    expect(found(Buffer.from(text), needlesOfPan(pan))).not.toEqual([]);
  }
});

test('no line of the log and no answer of the API does', () => {
  expect(cloud.lines.length).toBeGreaterThan(10);
  expect(found(Buffer.from(cloud.lines.join('\n')), needles)).toEqual([]);
});
