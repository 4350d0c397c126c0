import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type RawBuilder, sql } from 'kysely';
import { buildReconciliation } from '#kernel/transaction/follow-up-messages.ts';
import { enrolAnother } from '../cloud/acquirer/enrolment.ts';
import type { TestCard } from '../cloud/acquirer/test-card.fixture.ts';
import { openTestCards } from '../cloud/acquirer/test-cards.fixture.ts';
import { type TerminalFile, TestTerminal } from '../cloud/acquirer/test-terminal.fixture.ts';
import { verifyAudit } from '../cloud/audit/audit-log.ts';
import { verifyLedger } from '../cloud/ledger/ledger.ts';
import { openDatabase, type Queries } from '../cloud/store/database.ts';
import { startCluster } from '../cloud/store/postgres/cluster.ts';
import { openSecrets } from '../cloud/store/secrets.ts';
import { fill } from './growth/fill.ts';
import { merchantIdOf, terminalIdOf } from './growth/history.ts';
import { measureLoad, percentile } from './load/measure-load.ts';

/**
 * How what a cloud does grows with the payments that are stored: a start, authorisations over TLS,
 * the close of a batch, and the verification of ledger and audit log. Each size is a cluster of its
 * own that is filled by SQL (`growth/history.ts` says with what), analysed, and started anew.
 */
const HELP = `  npm run bench -- growth            10,000 to 1,000,000 stored payments
  npm run bench -- growth --full     to 10,000,000; 45 GB of disk, about ten minutes
  npm run bench -- growth --sizes 10000,1000000
`;
const CONNECTIONS = 16;
const CARDS = 2_000;
const SECONDS = 8;
/** What a stored payment takes, indexes and what is made while filling included. */
const DISK_BYTES_EACH = 4_500;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { full: { type: 'boolean' }, sizes: { type: 'string' }, help: { type: 'boolean' } },
});
const SIZES = values.sizes
  ? values.sizes.split(',').map(Number)
  : [10_000, 100_000, 1_000_000, ...(values.full ? [10_000_000] : [])];

const HEADER = `| stored | size on disk | start s (peak MB) | authorisations a second | p50 ms \
| p99 ms | batch closed, ms | ledger verified, s | audit log verified, s |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |`;

if (values.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < Math.max(...SIZES) * DISK_BYTES_EACH) {
    throw new Error(`${tmpdir()} has not enough room; set TMPDIR`);
  }
  const rows: string[] = [];
  for (const size of SIZES) rows.push(await measure(size));
  process.stdout.write(`${HEADER}\n${rows.join('\n')}\n`);
}

/** One row of the table. */
async function measure(size: number): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-growth-'));
  const note = noteFrom(size);
  try {
    const { cards, files } = await prepare(dataDir);
    await fillCluster(dataDir, size);
    note('filled');
    const startedAt = performance.now();
    const cloud = await startCloud(dataDir);
    const startSeconds = (performance.now() - startedAt) / 1000;
    const peakMb = await peakMbOf(cloud.child);
    note(`started in ${startSeconds.toFixed(1)} s`);
    const db = openDatabase(withoutTimeout(cloud.ready.databaseUrl));
    const { port } = cloud.ready;
    const terminals = await Promise.all(
      files.map((file) => TestTerminal.connect({ ...file, port }, { firstStan: 600_000 })),
    );
    // Each card once, so that what is read for it comes from memory later, however old it is.
    for (let paid = 0; paid < 2 * CARDS; ) {
      paid += (await measureLoad(terminals, cards, 1)).latenciesMs.length;
    }
    const load = await measureLoad(terminals, cards, SECONDS);
    note('loaded');
    const batchMs = await closeBatches(terminals);
    for (const terminal of terminals) terminal.close();
    const ledgerSeconds = await secondsOf(async () => {
      const { misstated, overdrawn } = await verifyLedger(db);
      if (misstated.length + overdrawn.length > 0) throw new Error('the ledger is not sound');
    });
    note(`ledger verified in ${ledgerSeconds.toFixed(1)} s`);
    const auditSeconds = await secondsOf(async () => {
      const { broken } = await verifyAudit(db);
      if (broken.length > 0) throw new Error('the audit log is not sound');
    });
    note(`audit log verified in ${auditSeconds.toFixed(1)} s`);
    const gigabytes = await gigabytesOf(db);
    await db.destroy();
    await cloud.stop();
    const cells = [
      size.toLocaleString('en'),
      `${gigabytes.toFixed(2)} GB`,
      `${startSeconds.toFixed(1)} (${peakMb})`,
      Math.round(load.latenciesMs.length / load.seconds).toLocaleString('en'),
      percentile(load.latenciesMs, 0.5).toFixed(1),
      percentile(load.latenciesMs, 0.99).toFixed(1),
      batchMs.toFixed(1),
      ledgerSeconds.toFixed(2),
      auditSeconds.toFixed(2),
    ];
    return `| ${cells.join(' | ')} |`;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Makes schema, accounts and terminals, as a cloud does; it is stopped again. */
async function prepare(
  dataDir: string,
): Promise<{ readonly cards: readonly TestCard[]; readonly files: readonly TerminalFile[] }> {
  const cloud = await startCloud(dataDir);
  const db = openDatabase(cloud.ready.databaseUrl);
  const secrets = await openSecrets(dataDir);
  const cards = await openTestCards(db, secrets, CARDS);
  const files: TerminalFile[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const name = { terminalId: terminalIdOf(i), merchantId: merchantIdOf(i) };
    const shop = { ...name, merchantName: 'Bench', merchantAddress: 'Here' };
    const host = { dataDir, port: cloud.ready.port, db };
    files.push(await enrolAnother(host, shop, secrets.keyProtectionKey, new Date()));
  }
  await db.destroy();
  await cloud.stop();
  return { cards, files };
}

/** Fills it with settings that write little of the log; they are gone when it is started again. */
async function fillCluster(dataDir: string, transactions: number): Promise<void> {
  const { signal } = new AbortController();
  const settings = { wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB' };
  const others = { autovacuum: 'off', shared_buffers: '1GB', max_parallel_workers_per_gather: '1' };
  const change = async (statements: readonly RawBuilder<unknown>[], use?: string) => {
    const cluster = await startCluster(dataDir, signal);
    const url = withoutTimeout(cluster.databaseUrl);
    const db = openDatabase(url);
    if (use === 'fill') {
      const { digest } = await db
        .selectFrom('scoring_files')
        .select('digest')
        .executeTakeFirstOrThrow();
      const cards = Math.max(2 * CARDS, Math.min(100_000, transactions / 10));
      await fill(url, { transactions, cards, now: new Date(), rulesDigest: digest });
    }
    for (const statement of statements) await statement.execute(db);
    await db.destroy();
    await cluster.stop();
  };
  await change(
    Object.entries({ ...settings, ...others }).map(
      ([name, value]) => sql`alter system set ${sql.raw(name)} = ${sql.lit(value)}`,
    ),
  );
  await change([sql`alter system reset all`], 'fill');
}

interface RunningCloud {
  readonly child: ChildProcess;
  readonly ready: { readonly port: number; readonly apiPort: number; readonly databaseUrl: string };
  stop(): Promise<void>;
}

async function startCloud(dataDir: string): Promise<RunningCloud> {
  const main = path.join(import.meta.dirname, '../cloud/main.ts');
  const child = fork(main, ['--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output = `${output}${chunk}`.slice(-2_000);
  });
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message),
    once(child, 'exit').then(() => undefined),
  ]);
  if (!ready) throw new Error(`the cloud did not start:\n${output}`);
  const stop = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { child, ready, stop };
}

/** Closes the open batch of each terminal as it counts it; the median. */
async function closeBatches(terminals: readonly TestTerminal[]): Promise<number> {
  const times: number[] = [];
  const totals = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n };
  for (const terminal of terminals) {
    const message = buildReconciliation(
      '0520',
      { ...totals, currency: '978' },
      terminal.file,
      terminal.trace(),
    );
    const startedAt = performance.now();
    const answer = terminal.open(await terminal.exchange(terminal.seal(message), 60_000));
    times.push(performance.now() - startedAt);
    if (answer.fields[39] !== '00') throw new Error(`answered ${answer.fields[39]}`);
  }
  return percentile(times, 0.5);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

async function gigabytesOf(db: Queries): Promise<number> {
  const { rows } = await sql<{ bytes: bigint }>`
    select pg_database_size(current_database()) as bytes`.execute(db);
  return Number(rows[0]?.bytes ?? 0n) / 1e9;
}

/** The most memory that it held so far; Linux alone says so. */
async function peakMbOf({ pid }: ChildProcess): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes ? `${Math.round(Number(kilobytes) / 1024)}` : '?';
}

/** What is measured here may take longer than a cloud lets a statement. */
function withoutTimeout(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('statement_timeout', '0');
  return url.href;
}

function noteFrom(size: number): (what: string) => void {
  const startedAt = performance.now();
  return (what) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    process.stderr.write(`${size.toLocaleString('en')}: ${what}, after ${seconds} s\n`);
  };
}
