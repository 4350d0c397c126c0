import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWith } from '../../checks/describe-with.ts';
import type { TestCard } from '../acquirer/test-card.fixture.ts';
import { readCard, readTerminalFile, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { ForkedCloud, type Ready } from '../forked-cloud.fixture.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import { openDatabase, type Queries } from '../store/database.ts';
import { startCluster } from '../store/postgres/cluster.ts';
import { startTestCluster, urlsOf } from '../store/postgres/test-cluster.fixture.ts';
import { readLedger, readTransactions } from '../store/records.ts';
import { NatsServer } from './nats-server.fixture.ts';

describeWith('nats', 'several nodes on one database', ([program = '']) => {
  let folder: string;
  let nats: NatsServer;
  let db: Queries;
  let nodes: ForkedCloud[];
  let urlArgs: readonly string[];
  const stops: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tessera-nodes-'));
    stops.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const never = new AbortController().signal;
    const cluster = (await startTestCluster(folder)) ?? (await startCluster(folder, never));
    stops.push(() => cluster.stop());
    nats = await NatsServer.create(program, folder);
    await nats.start();
    stops.push(() => nats.stop());
    const urls = await urlsOf(cluster);
    db = openDatabase(urls.ownerDatabaseUrl);
    stops.push(() => db.destroy());
    urlArgs = [
      ...['--database-url', urls.databaseUrl, '--owner-database-url', urls.ownerDatabaseUrl],
      ...['--nats-url', nats.url],
    ];
    nodes = [];
    stops.push(async () => {
      for (const node of nodes) await node.end('SIGKILL');
    });
  });
  afterEach(async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  });

  /** A node with the keys of the first. */
  async function launch(name: string): Promise<{ node: ForkedCloud; ready: Ready }> {
    const dataDir = path.join(folder, name);
    await mkdir(dataDir);
    if (nodes.length > 0) await cp(path.join(folder, 'first'), dataDir, { recursive: true });
    const node = new ForkedCloud(dataDir, urlArgs);
    nodes.push(node);
    return { node, ready: await node.started() };
  }

  async function connect(ready: Ready, firstStan: number): Promise<TestTerminal> {
    return TestTerminal.connect(await readTerminalFile(ready.enrolmentDir), { firstStan });
  }

  /** How many payments of the card in ten minutes the node counted for this one. */
  async function countedBy(terminal: TestTerminal, card: TestCard): Promise<number> {
    const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
    terminal.open(await terminal.exchange(sale.bytes));
    const { features } = await db
      .selectFrom('decisions')
      .select('features')
      .where('stan', '=', String(sale.message.fields[11]))
      .executeTakeFirstOrThrow();
    const parsed: { cardLast10Min: number } = JSON.parse(features);
    return parsed.cardLast10Min;
  }

  async function outboxIsEmpty(): Promise<void> {
    const left = () => db.selectFrom('outbox').select('event_id').execute();
    for (const deadline = Date.now() + 10_000; (await left()).length > 0; await sleep(50)) {
      if (Date.now() > deadline) throw new Error('the outbox does not become empty');
    }
    // What was sent has yet to be taken in.
    await sleep(300);
  }

  test('a node is killed under load: no sale is lost or doubled, the other counts them all', async () => {
    const first = await launch('first');
    const second = await launch('second');
    expect(second.ready.port).not.toBe(first.ready.port);
    const terminal = await connect(first.ready, 1);
    const card = await readCard(first.ready.enrolmentDir, 'everyday');
    const sales = Array.from({ length: 30 }, () =>
      terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' }),
    );
    const answers = new Map<string, Uint8Array>();
    for (const sale of sales) {
      const answer = await terminal.exchange(sale.bytes, 1_000);
      if (!answer) break;
      answers.set(String(sale.message.fields[11]), answer);
      if (answers.size === 10) first.node.process.kill('SIGKILL');
    }
    expect(await first.node.ended()).toBe('SIGKILL');
    const stored = await readTransactions(db);
    expect(stored.length).toBeGreaterThanOrEqual(answers.size);

    const onSecond = await connect(second.ready, 500);
    await outboxIsEmpty();
    expect(await countedBy(onSecond, card)).toBe(stored.length);

    for (const sale of sales) {
      const answer = await onSecond.exchange(sale.bytes);
      const earlier = answers.get(String(sale.message.fields[11]));
      if (earlier) expect(answer).toEqual(earlier);
      expect(['00', '59']).toContain(onSecond.open(answer).fields[39]);
    }
    const captured = (await readTransactions(db)).filter(({ state }) => state === 'captured');
    const entries = new Set((await readLedger(db)).map((line) => line.entryId));
    expect([...entries].filter((id) => id.startsWith('sale-'))).toHaveLength(captured.length);
    expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
    expect(await verifyAudit(db)).toMatchObject({ broken: [] });
    onSecond.close();
  });

  test('each counts what the other decides; without NATS both sell, and catch up after', async () => {
    const first = await launch('first');
    const second = await launch('second');
    const [a, b] = [await connect(first.ready, 1), await connect(second.ready, 500)];
    const card = await readCard(first.ready.enrolmentDir, 'everyday');
    expect(await countedBy(a, card)).toBe(0);
    await outboxIsEmpty();
    expect(await countedBy(b, card)).toBe(1);
    await outboxIsEmpty();
    expect(await countedBy(a, card)).toBe(2);
    await outboxIsEmpty();

    await nats.stop();
    expect(await countedBy(b, card)).toBe(3);
    expect(await countedBy(b, card)).toBe(4);
    expect(await db.selectFrom('outbox').select('event_id').execute()).toHaveLength(2);
    expect(await countedBy(a, card)).toBe(3);
    await nats.start();
    await outboxIsEmpty();
    await sleep(2_000);
    expect(await countedBy(a, card)).toBe(6);
    for (const terminal of [a, b]) terminal.close();
  });
});
