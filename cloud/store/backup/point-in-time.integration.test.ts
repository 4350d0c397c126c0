import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { buildReconciliation } from '#kernel/transaction/follow-up-messages.ts';
import {
  readCard,
  readTerminalFile,
  type Sale,
  TestTerminal,
} from '../../acquirer/test-terminal.fixture.ts';
import { startCloud } from '../../cloud.ts';
import { verifyLedger } from '../../ledger/ledger.ts';
import { openDatabase, type Queries } from '../database.ts';
import { startCluster } from '../postgres/cluster.ts';
import { startTestCluster } from '../postgres/test-cluster.fixture.ts';
import { unprivilegedFor } from '../postgres/unprivileged.ts';
import { readTransactions } from '../records.ts';

const run = promisify(execFile);
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const start = async (dataDir: string) =>
  (await startTestCluster(dataDir)) ?? startCluster(dataDir, new AbortController().signal);

/** A terminal that pays 1.00 each time, on a cloud over this database. */
async function withTerminal<T>(
  dataDir: string,
  databaseUrl: string,
  firstStan: number,
  use: (terminal: TestTerminal, pay: (bytes: Uint8Array) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const quiet = () => undefined;
  const events = { log: quiet, record: quiet, databaseLost: quiet };
  const cloud = await startCloud({ dataDir, databaseUrl }, events, new AbortController().signal);
  const file = await readTerminalFile(cloud.enrolmentDir);
  const terminal = await TestTerminal.connect(file, { firstStan });
  const pay = async (bytes: Uint8Array) =>
    terminal.open(await terminal.exchange(bytes, 30_000)).fields[39];
  try {
    return await use(terminal, pay);
  } finally {
    terminal.close();
    await cloud.stop();
  }
}

/** The terminal's count of its open batch against the host's: DE 39. */
async function reconcile(terminal: TestTerminal, sales: readonly Sale[]): Promise<unknown> {
  const debits = sales.length;
  const message = buildReconciliation(
    '0500',
    { credits: 0, creditsMinor: 0n, debits, debitsMinor: BigInt(debits) * 100n, currency: '978' },
    terminal.file,
    terminal.trace(),
  );
  return terminal.open(await terminal.exchange(terminal.seal(message), 30_000)).fields[39];
}

/** Restarts with these settings, kept in the cluster. */
async function configure(dataDir: string, settings: Readonly<Record<string, string>>) {
  const cluster = await start(dataDir);
  const db = openDatabase(cluster.databaseUrl);
  for (const [name, value] of Object.entries(settings)) {
    await sql`alter system set ${sql.raw(name)} = ${sql.lit(value)}`.execute(db);
  }
  await db.destroy();
  await cluster.stop();
}

/** Until all that was written so far is in the archive. */
async function archived(db: Queries): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select pg_walfile_name(pg_switch_wal()) as name`.execute(db);
  for (;;) {
    const last = await sql<{ done: boolean }>`
      select coalesce(last_archived_wal >= ${rows[0]?.name}, false) as done
      from pg_stat_archiver`.execute(db);
    if (last.rows[0]?.done) return;
    await sleep(20);
  }
}

async function isRecovering(db: Queries): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(db);
  return rows[0]?.is ?? true;
}

test('brought to a moment, what was paid after it shows, and is booked again once', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tessera-point-in-time-'));
  folders.push(folder);
  await run('chmod', ['711', folder]);
  const at = (...names: string[]) => path.join(folder, ...names);
  for (const name of ['live', 'keys', 'archive', 'restored'])
    await mkdir(at(name), { mode: 0o711 });
  await (await unprivilegedFor([at('archive', 'wal')])).own(at('archive'));
  await configure(at('live'), {
    ...{
      archive_mode: 'on',
      archive_command: `test ! -f ${at('archive')}/%f && cp %p ${at('archive')}/%f`,
    },
  });
  const live = await start(at('live'));
  const db = openDatabase(live.databaseUrl);
  let moment = '';
  const { sales, later } = await withTerminal(
    at('keys'),
    live.databaseUrl,
    1,
    async (terminal, pay) => {
      const card = await readCard(at('keys', 'enrolment'), 'everyday');
      const take = async (count: number) => {
        const taken = Array.from({ length: count }, () =>
          terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' }),
        );
        for (const { bytes } of taken) expect(await pay(bytes)).toBe('00');
        return taken;
      };
      const before = await take(3);
      await baseBackup(live.databaseUrl, at('live', 'postgres'), at('restored', 'postgres'));
      const between = await take(3);
      await sleep(50);
      const { rows } = await sql<{ now: string }>`select clock_timestamp()::text as now`.execute(
        db,
      );
      moment = rows[0]?.now ?? '';
      await sleep(50);
      const after = await take(2);
      await archived(db);
      return { sales: [...before, ...between], later: after };
    },
  );
  await db.destroy();
  await live.stop();

  await recoverTo(moment, folder);
  const restored = await start(at('restored'));
  const books = openDatabase(restored.databaseUrl);
  while (await isRecovering(books)) await sleep(20);
  const stans = async () => (await readTransactions(books)).map(({ stan }) => stan);
  await withTerminal(at('keys'), restored.databaseUrl, 900, async (terminal, pay) => {
    const known = sales.map(({ message }) => message.fields[11]);
    const unknown = later.map(({ message }) => message.fields[11]);
    expect(await stans()).toEqual(known);
    expect(await verifyLedger(books)).toMatchObject({ misstated: [], overdrawn: [] });
    // What the terminal's journal has and the host has not: the totals do not agree.
    expect(await reconcile(terminal, [...sales, ...later])).toBe('95');
    for (const sale of [...later, ...later, ...sales]) expect(await pay(sale.bytes)).toBe('00');
    expect(await stans()).toEqual([...known, ...unknown]);
    expect(await verifyLedger(books)).toMatchObject({ misstated: [], overdrawn: [] });
    expect(await reconcile(terminal, [...sales, ...later])).toBe('00');
  });
  await books.destroy();
  await restored.stop();
});

/** As `pg_basebackup` does, which the embedded PostgreSQL does not bring. */
async function baseBackup(databaseUrl: string, from: string, to: string): Promise<void> {
  const db = openDatabase(databaseUrl);
  // Begun and ended in one session.
  await db.connection().execute(async (session) => {
    await sql`select pg_backup_start('drill', true)`.execute(session);
    await run('cp', ['-a', from, to]);
    const { rows } = await sql<{ labelfile: string }>`
      select labelfile from pg_backup_stop(false)`.execute(session);
    await writeFile(path.join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  });
  await (await unprivilegedFor([to])).own(path.join(to, 'backup_label'));
  await rm(path.join(to, 'postmaster.pid'));
  for (const name of await readdir(path.join(to, 'pg_wal'))) {
    if (/^[0-9A-F]{24}$/.test(name)) await rm(path.join(to, 'pg_wal', name));
  }
  await db.destroy();
}

/** Has the base backup in `restored` come to this moment by the archive when it is started. */
async function recoverTo(moment: string, folder: string): Promise<void> {
  const at = (name: string) => path.join(folder, name);
  await cp(at('live/database.json'), at('restored/database.json'));
  await writeFile(at('restored/postgres/recovery.signal'), '');
  const recovery = {
    archive_mode: 'off',
    restore_command: `cp ${at('archive')}/%f %p`,
    recovery_target_time: moment,
    recovery_target_action: 'promote',
  };
  const lines = Object.entries(recovery).map(([name, value]) => `${name} = '${value}'\n`);
  await writeFile(at('restored/postgres/postgresql.auto.conf'), lines.join(''));
  await (await unprivilegedFor([at('restored/postgres')])).own(
    at('restored/postgres/recovery.signal'),
  );
}
