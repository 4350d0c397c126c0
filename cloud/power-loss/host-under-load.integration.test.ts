import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestCards } from '../acquirer/test-cards.fixture.ts';
import { ForkedCloud, type Ready } from '../forked-cloud.fixture.ts';
import { openDatabase, type Queries } from '../store/database.ts';
import { findPostmaster } from '../store/postgres/postmaster.ts';
import { openSecrets, tokenOf } from '../store/secrets.ts';
import { expectBooksToAgree, repeatAll } from './books.fixture.ts';
import { enrolWithShop } from './enrol.fixture.ts';
import { SellingTerminal } from './selling-terminal.fixture.ts';

const TERMINALS = 6;
/** Of each terminal. */
const CARDS = 20;
const KILLS = 3;
let dataDir: string;
let cloud: ForkedCloud;
let ready: Ready;
let terminals: readonly SellingTerminal[];
let selling: readonly Promise<void>[];
let stopping: AbortController;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-power-loss-'));
  await start();
  terminals = await inDatabase(async (db) => {
    const secrets = await openSecrets(dataDir);
    const cards = await openTestCards(db, secrets, TERMINALS * CARDS);
    const host = { dataDir, port: ready.port, db };
    const made: SellingTerminal[] = [];
    for (let i = 0; i < TERMINALS; i++) {
      const file = await enrolWithShop(host, `${30_000_000 + i}`, secrets);
      const own = cards.slice(CARDS * i, CARDS * (i + 1));
      // The issuer of the last never answers, so there is always something to reverse.
      const silent = tokenOf(own.at(-1)?.profile.pan ?? '', secrets.tokenKey);
      const account = db.updateTable('cards').where('card_token', '=', silent);
      await account.set({ fault: 'silent' }).execute();
      made.push(new SellingTerminal(file, own));
    }
    return made;
  });
  stopping = new AbortController();
  selling = terminals.map((terminal) => terminal.sell(stopping.signal));
});

afterEach(async () => {
  stopping?.abort();
  for (const terminal of terminals ?? []) terminal.close();
  await cloud?.end('SIGTERM');
  const orphan = await postmaster();
  if (orphan) process.kill(orphan.pid, 'SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const postmaster = () => findPostmaster(path.join(dataDir, 'postgres'));

async function start(): Promise<void> {
  cloud = new ForkedCloud(dataDir);
  ready = await cloud.started();
}

async function inDatabase<T>(work: (db: Queries) => Promise<T>): Promise<T> {
  const db = openDatabase(ready.databaseUrl);
  return work(db).finally(() => db.destroy());
}

/** Lets them sell until so many more were answered, and then for a moment that nobody chose. */
async function sellMore(): Promise<void> {
  const answered = () =>
    terminals.reduce((sum, { records }) => sum + records.filter((each) => each.answer).length, 0);
  const enough = answered() + 50;
  while (answered() < enough) await sleep(10);
  await sleep(Math.random() * 200);
}

/** Ends the load with all answered, and looks at the books. */
async function expectAllWell(): Promise<void> {
  await sellMore();
  stopping.abort();
  await Promise.all(selling);
  await inDatabase((db) => expectBooksToAgree(db, terminals));
  const ends = terminals.flatMap(({ records }) => records.map(({ end }) => end));
  expect(ends.filter((end) => end === 'approved').length).toBeGreaterThan(100);
  expect(ends).toContain('reversed');
  expect(await repeatAll(terminals)).toBe(ends.filter((end) => end !== 'reversed').length);
  await inDatabase((db) => expectBooksToAgree(db, terminals));
  // The books would tell: a terminal that believes otherwise of one sale is found.
  const approved = terminals[0]?.records.find(({ end }) => end === 'approved');
  if (approved) approved.end = 'reversed';
  await expect(inDatabase((db) => expectBooksToAgree(db, terminals))).rejects.toThrow();
}

test('the cloud’s process is killed under load, again and again', async () => {
  for (let i = 0; i < KILLS; i++) {
    await sellMore();
    expect(await cloud.end('SIGKILL')).toBe('SIGKILL');
    await start();
  }
  await expectAllWell();
});

test('the database’s first process is killed under load, again and again', async () => {
  for (let i = 0; i < KILLS; i++) {
    await sellMore();
    const server = await postmaster();
    if (server) process.kill(server.pid, 'SIGKILL');
    expect(await cloud.ended()).toBe(1);
    await start();
  }
  await expectAllWell();
});

test('a process of the database is killed under load: the cloud goes on by itself', async () => {
  const killed: number[] = [];
  for (let i = 0; i < KILLS; i++) {
    await sellMore();
    await inDatabase(async (db) => {
      const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()
          and query not like '%advisory%' order by random() limit 1`.execute(db);
      const { pid = 0 } = rows[0] ?? {};
      if (pid > 1) process.kill(pid, 'SIGKILL');
      killed.push(pid);
    });
  }
  await expectAllWell();
  expect(cloud.process.exitCode).toBeNull();
  // Another backend each time: they were killed, and the cloud connected anew.
  expect(killed).not.toContain(0);
  expect(new Set(killed).size).toBe(KILLS);
});

test('cloud and database are killed together under load', async () => {
  for (let i = 0; i < 2; i++) {
    await sellMore();
    const server = await postmaster();
    cloud.process.kill('SIGKILL');
    if (server) process.kill(server.pid, 'SIGKILL');
    expect(await cloud.ended()).toBe('SIGKILL');
    await start();
  }
  await expectAllWell();
});
