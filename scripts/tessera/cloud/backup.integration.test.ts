import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Sale, TestTerminal } from '#cloud/acquirer/test-terminal.fixture.ts';
import { type Cloud, startCloud } from '#cloud/cloud.ts';
import { RunningCloud } from '#cloud/running-cloud.fixture.ts';
import { encodeManifest, parseManifest } from '#cloud/store/backup/manifest.ts';
import { openDatabase, type Queries } from '#cloud/store/database.ts';
import { readLedger, readTransactions } from '#cloud/store/records.ts';
import { openSecrets } from '#cloud/store/secrets.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { tessera } from '../tessera.fixture.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;
let folder: string;
let old: Sale;
let oldAnswer: Uint8Array | undefined;
let later: Sale;
let before: Counts;
let after: Counts;
const at = (...names: string[]) => path.join(folder, ...names);
const PASSPHRASE = 'five wearables on a shelf';

type Counts = Readonly<Record<'transactions' | 'decisions' | 'ledger_transfers', number>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-backup-test-'));
  await writeFile(at('passphrase'), `${PASSPHRASE}\n`);
  await writeFile(at('other-passphrase'), 'something else entirely\n');
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
  const card = await cloud.card('everyday');
  const sale = () => terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
  old = sale();
  oldAnswer = await terminal.exchange(old.bytes);
  expect(terminal.open(oldAnswer).fields[39]).toBe('00');
  const reversed = sale();
  await terminal.exchange(reversed.bytes);
  await terminal.exchange(terminal.reversal(reversed));
  before = await countsOf(cloud.db);
  let isTaken = false;
  const paying = (async () => {
    do await cloud.answer(sale().bytes);
    while (!isTaken);
  })();
  const secrets = ['--with-secrets', '--passphrase-file', at('passphrase')];
  const run = await cloudCommand('backup', '--out', at('whole'), ...secrets);
  isTaken = true;
  await paying;
  expect(run).toMatchObject({ code: 0, err: '' });
  later = sale();
  expect(terminal.open(await terminal.exchange(later.bytes)).fields[39]).toBe('00');
  after = await countsOf(cloud.db);
  const bare = await cloudCommand('backup', '--out', at('bare'), '--json');
  expect(JSON.parse(bare.out)).toMatchObject({ withSecrets: false });
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => vi.unstubAllEnvs());

const cloudCommand = (name: string, ...args: string[]) =>
  tessera(['cloud', name, '--data-dir', cloud.dataDir, ...args]);
const restoreTo = (dataDir: string, ...args: string[]) =>
  tessera(['cloud', 'restore', '--data-dir', dataDir, '--json', ...args]);
const errorOf = ({ code, out }: { readonly code: number; readonly out: string }) =>
  code === 1 ? JSON.parse(out).error : { code, out };

async function countsOf(db: Queries): Promise<Counts> {
  const { rows } = await sql<Counts>`select
    (select count(*)::int from transactions) as transactions,
    (select count(*)::int from decisions) as decisions,
    (select count(*)::int from ledger_transfers) as ledger_transfers`.execute(db);
  if (!rows[0]) throw new Error('there are counts');
  return rows[0];
}

async function spareDatabase(name: string): Promise<string> {
  await sql`create database ${sql.id(name)}`.execute(cloud.db);
  const url = new URL(cloud.cloud.databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function startRestored(dataDir: string, use: (cloud: Cloud) => Promise<void>) {
  const quiet = () => undefined;
  const events = { log: quiet, record: quiet, databaseLost: quiet };
  const restored = await startCloud({ dataDir }, events, new AbortController().signal);
  await use(restored).finally(() => restored.stop());
}

test('a cloud goes on from a backup that was taken while it was paid with', async () => {
  const run = await restoreTo(
    at('restored'),
    ...['--from', at('whole'), '--passphrase-file', at('passphrase')],
  );
  expect(run).toMatchObject({ code: 0, err: '' });
  const report = JSON.parse(run.out);
  expect(report).toMatchObject({
    ledger: { misstated: [], overdrawn: [] },
    audit: { broken: [] },
  });
  expect(report.ledger.entries).toBeGreaterThan(2);
  expect(report.audit.entries).toBeGreaterThan(2);
  await startRestored(at('restored'), async (restored) => {
    const db = openDatabase(restored.databaseUrl);
    const counts = await countsOf(db);
    expect(counts.transactions).toBeGreaterThanOrEqual(before.transactions);
    expect(counts.transactions).toBeLessThan(after.transactions);
    // One moment: no payment without its decision, none the other way.
    const half = await sql`select from transactions full join decisions
      using (terminal_id, stan, transmitted_at)
      where transactions.stan is null or decisions.stan is null`.execute(db);
    expect(half.rows).toEqual([]);
    // A payment of before is answered from its record, to the byte, and charged once.
    const file = JSON.parse(await readFile(at('restored/enrolment/terminal.json'), 'utf8'));
    const line = await TestTerminal.connect(file, { firstStan: 500_000 });
    expect(await line.exchange(old.bytes)).toEqual(oldAnswer);
    expect(await countsOf(db)).toEqual(counts);
    // What the terminal knows of and the host forgot can be reversed, and does not come back.
    const { message, trace, amountMinor, currency } = later;
    expect((await readTransactions(db)).some(({ stan }) => stan === message.fields[11])).toBe(
      false,
    );
    const reversal = line.reversal({ message, trace, amountMinor, currency, bytes: later.bytes });
    expect(line.open(await line.exchange(reversal)).fields[39]).toBe('00');
    expect(line.open(await line.exchange(later.bytes)).fields[39]).toBe('12');
    const booked = (await readLedger(db)).filter(({ entryId }) =>
      entryId.includes(`-${message.fields[11]}-`),
    );
    expect(booked).toEqual([]);
    line.close();
    await db.destroy();
  });
});

test('a stopped cloud is backed up too, and what is in its folder stays', async () => {
  await cp(at('whole'), at('again'), { recursive: true });
  const args = ['--from', at('again'), '--passphrase-file', at('passphrase')];
  expect((await restoreTo(at('stopped'), ...args)).code).toBe(0);
  const run = await tessera([
    'cloud',
    'backup',
    '--data-dir',
    at('stopped'),
    '--out',
    at('second'),
  ]);
  expect(run.code).toBe(0);
  const [first, second] = await Promise.all([manifestOf('whole'), manifestOf('second')]);
  const changed = second.tables.filter(
    (table) => table.sha256 !== first.tables.find(({ name }) => name === table.name)?.sha256,
  );
  // Who restored it was written down; nothing else is another.
  expect(changed.map(({ name }) => name)).toEqual(['audit_log']);
  expect(errorOf(await restoreTo(at('stopped'), '--from', at('whole')))).toMatchObject({
    kind: 'not-empty',
  });
  expect((await restoreTo(at('stopped'), '--from', at('whole'), '--replace')).code).toBe(0);
});

test('keys that are missing or others are told before anything is written', async () => {
  const from = ['--from', at('whole')];
  expect(errorOf(await restoreTo(at('none'), ...from))).toMatchObject({ kind: 'needs-passphrase' });
  expect(errorOf(await restoreTo(at('none'), '--from', at('bare')))).toMatchObject({
    ...{ kind: 'no-secrets', path: 'secrets.json' },
  });
  const wrong = await restoreTo(at('none'), ...from, '--passphrase-file', at('other-passphrase'));
  expect(errorOf(wrong)).toMatchObject({ kind: 'wrong-passphrase' });
  expect(await readdir(at('none'))).toEqual([]);
  await mkdir(at('other'));
  await openSecrets(at('other'));
  expect(errorOf(await restoreTo(at('other'), ...from))).toMatchObject({ kind: 'wrong-keys' });
  expect(await readdir(at('other'))).toEqual(['secrets.json']);
});

test('keys under a master key are backed up, and restored under another', async () => {
  const [one, another] = ['11'.repeat(32), '22'.repeat(32)];
  const secrets = ['--passphrase-file', at('passphrase')];
  const keys = await openSecrets(cloud.dataDir);
  await mkdir(at('sealed'));
  await cp(path.join(cloud.dataDir, 'secrets.json'), at('sealed/secrets.json'));
  vi.stubEnv('TESSERA_KEY', one);
  await openSecrets(at('sealed'));
  expect(await readFile(at('sealed/secrets.json'), 'utf8')).toContain('"sealed"');
  const database = ['--database-url', cloud.cloud.databaseUrl];
  const out = ['--out', at('of-sealed'), '--with-secrets', ...secrets];
  const backUp = () => {
    return tessera(['cloud', 'backup', '--data-dir', at('sealed'), ...database, ...out]);
  };
  vi.unstubAllEnvs();
  const refused = 'Refused: secrets.json is sealed, and there is no TESSERA_KEY';
  expect(await backUp()).toMatchObject({ code: 2, err: expect.stringContaining(refused) });
  vi.stubEnv('TESSERA_KEY', one);
  expect(await backUp()).toMatchObject({ code: 0, err: '' });
  vi.stubEnv('TESSERA_KEY', another);
  const from = ['--from', at('of-sealed'), ...secrets];
  expect(errorOf(await restoreTo(at('sealed'), ...from))).toMatchObject({
    ...{ kind: 'wrong-master-key', path: 'secrets.json' },
  });
  expect(await restoreTo(at('resealed'), ...from)).toMatchObject({ code: 0, err: '' });
  expect(await readFile(at('resealed/secrets.json'), 'utf8')).toContain('"sealed"');
  expect((await openSecrets(at('resealed'))).tokenKey).toEqual(keys.tokenKey);
});

test('a database that is used, or is another program, is left alone', async () => {
  const used = ['--from', at('whole'), '--database-url', cloud.cloud.databaseUrl, '--replace'];
  expect(errorOf(await restoreTo(cloud.dataDir, ...used))).toMatchObject({ kind: 'in-use' });
  const own = await restoreTo(cloud.dataDir, '--from', at('whole'), '--replace');
  expect(own).toMatchObject({ code: 2 });
  const url = await spareDatabase('foreign');
  const db = openDatabase(url);
  await sql`create table invoices (id integer)`.execute(db);
  await db.destroy();
  const args = ['--from', at('whole'), '--database-url', url, '--replace'];
  expect(errorOf(await restoreTo(cloud.dataDir, ...args))).toMatchObject({
    ...{ kind: 'not-a-cloud', path: 'invoices' },
  });
  expect(await countsOf(cloud.db)).toEqual(after);
});

test('any PostgreSQL is restored into by its URL', async () => {
  const url = await spareDatabase('spare');
  const args = ['--from', at('bare'), '--database-url', url];
  expect((await restoreTo(cloud.dataDir, ...args)).code).toBe(0);
  const db = openDatabase(url);
  expect(await countsOf(db)).toEqual(after);
  const guarded = sql`delete from ledger_transfers`.execute(db);
  await expect(guarded).rejects.toThrow('append-only');
  const indexes = (queries: Queries) =>
    sql`select indexdef from pg_indexes where schemaname = 'public' order by 1`.execute(queries);
  expect((await indexes(db)).rows).toEqual((await indexes(cloud.db)).rows);
  await db.destroy();
});

test('what is not as it was written is refused, and its file is named', async () => {
  expect((await tessera(['cloud', 'check-backup', '--from', at('whole')])).code).toBe(0);
  const names = await readdir(at('whole'));
  expect(names.length).toBeGreaterThan(10);
  const check = async () => {
    const run = await tessera(['cloud', 'check-backup', '--from', at('damaged'), '--json']);
    return errorOf(run);
  };
  await cp(at('whole'), at('damaged'), { recursive: true });
  for (const name of names) {
    const file = at('damaged', name);
    const whole = await readFile(file);
    const named = { path: expect.stringContaining(name) };
    for (const place of [0, whole.length >> 2, whole.length >> 1, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[place] = (whole[place] ?? 0) ^ (1 << (place % 8));
      await writeFile(file, damaged);
      expect(await check()).toMatchObject(named);
      await truncate(file, place);
      expect(await check()).toMatchObject(named);
    }
    await writeFile(file, whole);
    await appendFile(file, '\n');
    expect(await check()).toMatchObject(named);
    await rm(file);
    expect(await check()).toMatchObject({ kind: 'missing', ...named });
    await writeFile(file, whole);
  }
  const damaged = await readFile(at('damaged/transactions.copy.zst'));
  await truncate(at('damaged/transactions.copy.zst'), damaged.length - 5);
  const url = await spareDatabase('untouched');
  const args = ['--from', at('damaged'), '--database-url', url];
  expect(errorOf(await restoreTo(cloud.dataDir, ...args))).toEqual({
    ...{ kind: 'truncated', path: 'transactions.copy.zst', offset: damaged.length - 5 },
  });
});

test('a manifest of a later version, another schema or another hand is refused', async () => {
  const manifest = await manifestOf('whole');
  const { tokenKey } = await openSecrets(cloud.dataDir);
  const url = await spareDatabase('strict');
  const attempt = async (change: object, key = tokenKey) => {
    await cp(at('whole'), at('changed'), { recursive: true });
    const text = encodeManifest({ ...manifest, ...change }, key);
    await writeFile(at('changed/manifest.json'), text);
    const args = ['--from', at('changed'), '--database-url', url];
    return errorOf(await restoreTo(cloud.dataDir, ...args));
  };
  const [first, ...others] = manifest.migrations;
  if (!first) throw new Error('there is one');
  const migrations = [...manifest.migrations, { ...first, name: '9999-later' }];
  expect(await attempt({ migrations })).toMatchObject({
    ...{ kind: 'newer-schema', path: 'migrations.9999-later' },
  });
  const changed = [{ ...first, sha256: '00'.repeat(32) }, ...others];
  expect(await attempt({ migrations: changed })).toMatchObject({
    ...{ kind: 'other-schema', path: `migrations.${first.name}` },
  });
  expect(await attempt({ schemaSha256: '00'.repeat(32) })).toMatchObject({ kind: 'other-schema' });
  expect(await attempt({}, new Uint8Array(32))).toMatchObject({ kind: 'forged' });
  const tables = manifest.tables.map((table) => ({ ...table, rows: table.rows + 1 }));
  expect(await attempt({ tables })).toMatchObject({ kind: 'rows-mismatch' });
  const db = openDatabase(url);
  const left = await sql`select from pg_tables where schemaname = 'public'`.execute(db);
  await db.destroy();
  expect(left.rows).toEqual([]);
});

test('a backup takes the place of nothing and leaves nothing of a failed one', async () => {
  const again = await cloudCommand('backup', '--out', at('whole'), '--json');
  expect(errorOf(again)).toMatchObject({ kind: 'exists' });
  const url = await spareDatabase('empty');
  const empty = await cloudCommand('backup', '--out', at('no'), '--database-url', url, '--json');
  expect(errorOf(empty)).toMatchObject({ kind: 'no-cloud' });
  expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  expect((await stat(at('whole'))).mode & 0o77).toBe(0);
});

test('nothing in a backup is a key or a card number', async () => {
  const { tokenKey, keyProtectionKey, issuerMasterKey } = await openSecrets(cloud.dataDir);
  const keys = [tokenKey, keyProtectionKey.reveal(), issuerMasterKey.reveal()];
  const card = await cloud.card('everyday');
  const needles = [...keys.map((key) => Buffer.from(key).toString('hex')), card.profile.pan];
  const { zstdDecompressSync } = await import('node:zlib');
  for (const name of await readdir(at('whole'))) {
    const bytes = await readFile(at('whole', name));
    const text = `${name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes}`.toLowerCase();
    for (const needle of needles) expect(text.includes(needle.toLowerCase())).toBe(false);
  }
});

async function manifestOf(name: string) {
  return expectOk(parseManifest(await readFile(at(name, 'manifest.json'), 'utf8'))).manifest;
}
