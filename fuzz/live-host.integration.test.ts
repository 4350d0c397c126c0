import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { iso8583Decode } from '#certify/kinds/iso8583.ts';
import { readCard, readTerminalFile, TestTerminal } from '#cloud/acquirer/test-terminal.fixture.ts';
import { verifyAudit } from '#cloud/audit/audit-log.ts';
import { ForkedCloud, type Ready } from '#cloud/forked-cloud.fixture.ts';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { openDatabase } from '#cloud/store/database.ts';
import { parseHex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import {
  buildNetworkManagement,
  buildReconciliation,
} from '#kernel/transaction/follow-up-messages.ts';
import { resealMessage } from '#kernel/transaction/message-mac.ts';
import { hexesOf, vectorsOf } from './corpus.ts';
import { damageBytes } from './damage.ts';
import { createRandom } from './random.ts';

const MAX_BYTES = 4096;
const BURST = 40;
const SEED = 20260704;
/** What grows with every message is nothing that is kept of one. */
const MOST_GROWTH_MB = 200;
const framing = lengthPrefixed(MAX_BYTES);

let dataDir: string;
let cloud: ForkedCloud;
let ready: Ready;
let terminal: TestTerminal;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-live-host-'));
  cloud = new ForkedCloud(dataDir);
  ready = await cloud.started();
  terminal = await TestTerminal.connect(await readTerminalFile(ready.enrolmentDir));
});
afterAll(async () => {
  terminal?.close();
  await cloud?.end('SIGTERM');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

async function residentMb(): Promise<number> {
  const status = await readFile(`/proc/${cloud.process.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** Sends all, a burst at a time with an echo behind it, and gives what was answered. */
async function sendAll(messages: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const answers: Uint8Array[] = [];
  const sendable = messages.filter(({ length }) => length > 0 && length <= MAX_BYTES);
  for (let at = 0; at < sendable.length; at += BURST) {
    for (const message of sendable.slice(at, at + BURST)) terminal.raw(framing.encode(message));
    const echo = buildNetworkManagement('echo', terminal.file, terminal.trace());
    terminal.raw(framing.encode(terminal.seal(echo)));
    for (;;) {
      const answer = await terminal.next(20_000);
      expect(answer, `no answer behind message ${at} to ${at + BURST}`).toBeDefined();
      if (answer === undefined) return answers;
      const { mti, fields } = terminal.open(answer);
      if (mti === '0810' && fields[11] === echo.fields[11]) break;
      answers.push(answer);
    }
  }
  return answers;
}

/** It is the process that was started, it failed at nothing, and its books are right. */
async function expectSound(memoryBeforeMb: number): Promise<void> {
  expect(cloud.process.exitCode).toBeNull();
  expect(cloud.output).not.toContain('could not answer');
  expect((await residentMb()) - memoryBeforeMb).toBeLessThan(MOST_GROWTH_MB);
  const db = openDatabase(ready.databaseUrl);
  try {
    expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
    expect((await verifyAudit(db)).broken).toEqual([]);
  } finally {
    await db.destroy();
  }
}

test('vectors and their damaged inputs are dropped by the host that runs', async () => {
  const before = await residentMb();
  const vectors = hexesOf('iso8583.decode', 'hex', () => true);
  const damaged = vectorsOf('iso8583.decode')
    .filter(({ input }) => input['spec'] === 'tessera-host-87')
    .flatMap(({ input }) => [...(iso8583Decode.mutations?.(input, {}) ?? [])])
    .flatMap(({ input }) => {
      const bytes = parseHex(String(input['hex']));
      return bytes.ok ? [bytes.value] : [];
    });
  expect(damaged.length).toBeGreaterThan(500);
  expect(await sendAll([...vectors, ...damaged])).toEqual([]);
  await expectSound(before);
});

test('damaged messages with a right MAC are answered by the specification or dropped', async () => {
  const before = await residentMb();
  const corpus = await genuineMessages();
  const random = createRandom(SEED, 0);
  const damaged = Array.from({ length: 4_000 }, () => {
    const bytes = damageBytes(random, corpus);
    return bytes.length < 8 ? bytes : expectOk(resealMessage(bytes, terminal.macKey));
  });
  const answers = await sendAll(damaged);
  const codes = new Set(answers.map((answer) => terminal.open(answer).fields[39]));
  expect(answers.length).toBeGreaterThan(300);
  for (const code of codes) expect(code).toMatch(/^[0-9A-Z]{2}$/);
  // They went deep: payments were refused for more than one reason.
  expect(codes.size).toBeGreaterThan(5);
  await expectSound(before);
});

/** One of each kind of message, as a terminal sends them. */
async function genuineMessages(): Promise<readonly Uint8Array[]> {
  const card = await readCard(ready.enrolmentDir, 'everyday');
  const verified = { verification: 'cdcvm', amountMinor: 100n } as const;
  const sale = terminal.sale(card, verified);
  const held = terminal.sale(card, { ...verified, kind: 'preauthorisation' });
  const totals = { debits: 1, debitsMinor: 100n, credits: 0, creditsMinor: 0n, currency: '978' };
  const sealed = [
    buildReconciliation('0500', totals, terminal.file, terminal.trace()),
    buildReconciliation('0520', totals, terminal.file, terminal.trace()),
    buildNetworkManagement('signOn', terminal.file, terminal.trace()),
  ].map((message) => terminal.seal(message));
  return [
    ...[sale.bytes, held.bytes, terminal.reversal(sale), ...sealed],
    terminal.sale(card, { ...verified, kind: 'advice' }).bytes,
    terminal.sale(card, { ...verified, kind: 'balance' }).bytes,
    ...(['refund', 'void'] as const).map((kind) => terminal.followUp(kind, sale).bytes),
    ...(['increment', 'completion'] as const).map((kind) => terminal.followUp(kind, held).bytes),
  ];
}
