import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { buildNetworkManagement } from '#kernel/transaction/follow-up-messages.ts';
import { readCard, readTerminalFile, TestTerminal } from './acquirer/test-terminal.fixture.ts';
import { ForkedCloud, type Ready } from './forked-cloud.fixture.ts';
import { verifyLedger } from './ledger/ledger.ts';
import { openDatabase, type Queries } from './store/database.ts';
import { findPostmaster, isAlive } from './store/postgres/postmaster.ts';
import { readLedger, readTransactions } from './store/records.ts';

let dataDir: string;
let clouds: ForkedCloud[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-main-'));
  clouds = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cloud of clouds) await cloud.end('SIGTERM');
  const orphan = await postmaster();
  if (orphan) process.kill(orphan.pid, 'SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const launch = (...args: string[]): ForkedCloud => {
  const cloud = new ForkedCloud(dataDir, args);
  clouds.push(cloud);
  return cloud;
};
const postmaster = () => findPostmaster(path.join(dataDir, 'postgres'));

async function connect({ enrolmentDir }: Ready, firstStan = 1): Promise<TestTerminal> {
  return TestTerminal.connect(await readTerminalFile(enrolmentDir), { firstStan });
}

async function inDatabase<T>({ databaseUrl }: Ready, work: (db: Queries) => Promise<T>) {
  const db = openDatabase(databaseUrl);
  return work(db).finally(() => db.destroy());
}

test('killed between commit and answer, it comes back and the sale is reversed', async () => {
  const first = launch();
  const ready = await first.started();
  const terminal = await connect(ready);
  const sale = terminal.sale(await readCard(ready.enrolmentDir, 'silent'));
  terminal.exchange(sale.bytes, 1);
  const states = () =>
    inDatabase(ready, async (db) => (await readTransactions(db)).map((t) => t.state));
  while ((await states()).length === 0) await sleep(5);
  expect(await states()).toEqual(['captured']);
  expect(await first.end('SIGKILL')).toBe('SIGKILL');
  const orphan = await postmaster();
  expect(orphan?.ready).toBe(true);

  const second = launch();
  const again = await second.started();
  expect(again.port).toBe(ready.port);
  expect(second.output).toContain('PostgreSQL was adopted');
  const after = await connect(again, 500);
  const answer = await after.exchange(after.reversal(sale));
  expect(after.open(answer).fields[39]).toBe('00');
  await inDatabase(again, async (db) => {
    expect((await readTransactions(db)).map((each) => each.state)).toEqual(['reversed']);
    const lines = (await readLedger(db)).filter((line) => line.terminalId !== 'issuer');
    expect(lines.map((line) => line.entryId.split('-')[0])).toEqual(['sale', 'reversal']);
    expect(lines[0]?.debitAccount).toBe(lines[1]?.creditAccount);
    expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
  });
  after.close();
  expect(await second.end('SIGTERM')).toBe(0);
  expect(await postmaster()).toBeUndefined();
  expect(orphan && isAlive(orphan.pid)).toBe(false);
});

test('killed under load, a sale that is sent again has one answer and one booking', async () => {
  const first = launch();
  const ready = await first.started();
  const terminal = await connect(ready);
  const card = await readCard(ready.enrolmentDir, 'everyday');
  const sales = Array.from({ length: 30 }, () =>
    terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' }),
  );
  const answers = new Map<string, Uint8Array>();
  const load = (async () => {
    for (const sale of sales) {
      const answer = await terminal.exchange(sale.bytes, 1_000);
      if (!answer) return;
      answers.set(String(sale.message.fields[11]), answer);
      if (answers.size === 10) first.process.kill('SIGKILL');
    }
  })();
  await first.ended();
  await load;
  const again = await launch().started();
  const after = await connect(again, 500);
  for (const sale of sales) {
    const answer = await after.exchange(sale.bytes);
    const earlier = answers.get(String(sale.message.fields[11]));
    if (earlier) expect(answer).toEqual(earlier);
    expect(['00', '59']).toContain(after.open(answer).fields[39]);
  }
  await inDatabase(again, async (db) => {
    const approved = (await readTransactions(db)).filter((each) => each.state === 'captured');
    expect(approved.length).toBeGreaterThanOrEqual(10);
    const entries = new Set((await readLedger(db)).map((line) => line.entryId));
    expect([...entries].filter((id) => id.startsWith('sale-'))).toHaveLength(approved.length);
  });
  after.close();
});

test('a MAC key that was changed stays changed when the cloud starts again', async () => {
  const first = launch();
  const before = await connect(await first.started());
  const old = before.macKey;
  const change = buildNetworkManagement('keyChange', before.file, before.trace());
  const { 62: block } = before.open(await before.exchange(before.seal(change))).fields;
  const transportKey = new SecretKey(hex(before.file.transportKeyHex ?? ''));
  before.macKey = expectOk(unwrapKeyBlock(transportKey, String(block))).key;
  const signOn = (by: TestTerminal) =>
    by.seal(buildNetworkManagement('signOn', by.file, by.trace()));
  expect(before.open(await before.exchange(signOn(before))).fields[39]).toBe('00');
  before.close();
  await first.end('SIGTERM');
  const after = await connect(await launch().started(), 100);
  expect(after.macKey.revealHex()).toBe(old.revealHex());
  expect(await after.exchange(signOn(after), 500)).toBeUndefined();
  after.macKey = before.macKey;
  expect(after.open(await after.exchange(signOn(after))).fields[39]).toBe('00');
  after.close();
});

test('under a master key it sells as before, and without that key it does not start', async () => {
  vi.stubEnv('TESSERA_KEY', 'a1'.repeat(32));
  const sells = async (cloud: ForkedCloud, firstStan: number) => {
    const ready = await cloud.started();
    const terminal = await connect(ready, firstStan);
    const card = await readCard(ready.enrolmentDir, 'everyday');
    card.counter = firstStan;
    const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
    expect(terminal.open(await terminal.exchange(sale.bytes)).fields[39]).toBe('00');
    terminal.close();
    await cloud.end('SIGTERM');
  };
  await sells(launch(), 1);
  await sells(launch(), 2);
  vi.stubEnv('TESSERA_KEY', undefined);
  const without = launch();
  expect(await without.ended()).toBe(1);
  expect(without.output).toContain('cannot start: secrets.json is sealed');
});

test('it starts after PostgreSQL was killed with it', async () => {
  const first = launch();
  await first.started();
  await first.end('SIGKILL');
  const orphan = await postmaster();
  if (orphan) process.kill(orphan.pid, 'SIGKILL');
  const second = launch();
  const { databaseUrl } = await second.started();
  expect(second.output).toContain('PostgreSQL was started');
  expect(databaseUrl).toMatch(/^postgres:/);
});

test('it ends with its parent, and PostgreSQL with it', async () => {
  const cloud = launch();
  await cloud.started();
  const server = await postmaster();
  cloud.process.disconnect();
  expect(await cloud.ended()).toBe(0);
  expect(server && isAlive(server.pid)).toBe(false);
});

test('it ends when PostgreSQL does', async () => {
  const cloud = launch();
  await cloud.started();
  const server = await postmaster();
  if (server) process.kill(server.pid, 'SIGKILL');
  expect(await cloud.ended()).toBe(1);
  expect(cloud.output).toContain('PostgreSQL ended by itself');
});

test('told to stop while it starts, it leaves nothing behind', async () => {
  for (const afterMs of [150, 300, 500, 700]) {
    const cloud = launch();
    await sleep(afterMs);
    cloud.process.kill('SIGTERM');
    expect([0, 'SIGTERM']).toContain(await cloud.ended());
    expect(await postmaster()).toBeUndefined();
  }
  const ready = await launch().started();
  expect(ready.port).toBeGreaterThan(0);
});

test('if its port was taken meanwhile, it takes another and the enrolment says so', async () => {
  const first = launch();
  const { port, enrolmentDir } = await first.started();
  const before = await readTerminalFile(enrolmentDir);
  await first.end('SIGTERM');
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  const second = await launch().started();
  squatter.close();
  expect(second.port).not.toBe(port);
  const after = await readTerminalFile(enrolmentDir);
  expect(after).toEqual({ ...before, port: second.port });
  (await connect(second)).close();
});

test('a second cloud on the same data directory is refused; the first goes on', async () => {
  const ready = await launch().started();
  const second = launch();
  expect(await second.ended()).toBe(1);
  expect(second.output).toContain('another cloud uses this data directory');
  const terminal = await connect(ready);
  const sale = terminal.sale(await readCard(ready.enrolmentDir, 'everyday'));
  expect(terminal.open(await terminal.exchange(sale.bytes)).fields[39]).toBe('00');
  terminal.close();
});

test('options that make no sense are refused with the help text', async () => {
  const cloud = launch('--port', '70000');
  expect(await cloud.ended()).toBe(2);
  expect(cloud.output).toContain('--data-dir DIR');
});
