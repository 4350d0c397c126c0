import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sale, TestTerminal } from '#cloud/acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '#cloud/running-cloud.fixture.ts';
import { entryOf, statementOf } from '#cloud/settlement/camt.fixture.ts';
import { buildReconciliation } from '#kernel/transaction/follow-up-messages.ts';
import { tessera } from '../tessera.fixture.ts';
import { withCloud } from './open-cloud.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-cloud-commands-'));
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `tessera cloud …` on the cloud that runs, or ran. */
const run = (command: string, ...args: readonly string[]) =>
  tessera(['cloud', ...command.split(' '), '--data-dir', cloud.dataDir, ...args]);
const json = async (command: string, ...args: readonly string[]) => {
  const { code, out } = await run(command, ...args, '--json');
  return { code, report: JSON.parse(out) };
};
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
};

const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields[39];
async function sold(amountMinor: bigint): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  expect(await send(sale.bytes)).toBe('00');
  return sale;
}
async function closeBatch(debits: number, debitsMinor: bigint): Promise<void> {
  const totals = { debits, debitsMinor, credits: 0, creditsMinor: 0n, currency: '978' };
  const message = buildReconciliation('0500', totals, terminal.file, terminal.trace());
  expect(await send(terminal.seal(message))).toBe('00');
}
const nameOf = (sale: Sale) => [String(sale.message.fields[11]), String(sale.message.fields[7])];

const PAID = { reference: 'TESSERA-10000001-1', direction: 'CRDT', bookedOn: '2026-01-01' };
const sales: Sale[] = [];

describe('a cloud that runs', () => {
  test('is sound, and its books say what was sold', async () => {
    sales.push(await sold(1_000n), await sold(340n));
    await closeBatch(2, 1_340n);
    expect(await run('audit verify')).toMatchObject({ code: 0 });
    expect((await run('audit verify')).out).toMatch(
      /^\d+ entries in 2 chains, all as written\.\n$/,
    );
    expect((await run('ledger verify')).out).toMatch(/^\d+ entries, sound\.\n$/);
    const balances = await run('ledger balances');
    expect(balances.code).toBe(0);
    expect(balances.out).toMatch(/^card:\* +2986\.60 EUR$/m);
    expect(balances.out).toMatch(/^merchant:\* +13\.40 EUR$/m);
    const { report } = await json('ledger balances', '--account', 'merchant:');
    expect(report).toEqual({
      balances: [
        {
          ...{ account: 'merchant:TESSERA00000001', currency: '978', accounts: 1 },
          balanceMinor: '1340',
        },
      ],
    });
  });

  test("pays its batches out, and closes them by the bank's file", async () => {
    const merchant = ['--merchant', 'TESSERA00000001'];
    const fee = ['--currency', '978', '--basis-points', '125', '--fixed', '10'];
    expect((await run('payout fee', ...merchant, ...fee)).out).toBe(
      '1.25 % and 0.10 EUR for each purchase.\n',
    );
    const paid = await run('payout run', '--by', 'night run');
    expect(paid.out.split('\n')[1]).toMatch(
      /^TESSERA00000001 +10000001 +1 +open +13\.40 EUR +0\.37 EUR +0\.00 EUR +13\.03 EUR$/,
    );
    expect((await run('payout run')).out).toBe('There is nothing to pay out.\n');

    const wrong = await file('wrong.xml', statementOf(entryOf({ ...PAID, amount: '13.40' })));
    expect(await run('reconcile', '--bank', wrong, '--book')).toMatchObject({
      code: 1,
      out: `1 payment by the bank, 1 difference.
  terminal 10000001, batch 1 in EUR, line 4: the bank paid another amount (0.37 EUR)
0 payouts closed in the ledger.\n`,
    });
    expect((await json('payout list', '--open')).report.payouts).toHaveLength(1);
    const right = await file('right.xml', statementOf(entryOf({ ...PAID, amount: '13.03' })));
    const booked = await json('reconcile', '--bank', right, '--book');
    const report = { bankLines: 1, differences: [], booked: 1, withoutPayout: 0 };
    expect(booked).toEqual({ code: 0, report });
    expect((await run('payout list', '--open')).out).toBe('There is none.\n');
    expect((await run('ledger balances', '--account', 'bank:clearing')).out).toMatch(
      / 0\.00 EUR$/m,
    );
    expect((await run('ledger verify')).code).toBe(0);
  });

  test("is compared with the terminal's own file, and tells what is late or missing", async () => {
    await sold(70n);
    await closeBatch(1, 70n);
    const bank = await file('bank.csv', 'terminal,batch,currency,direction,amount\n');
    expect((await run('reconcile', '--bank', bank)).code).toBe(0);
    const late = await json('reconcile', '--bank', bank, '--on', '2099-01-01');
    expect(late.code).toBe(1);
    expect(late.report.differences).toMatchObject([{ kind: 'not-paid', differenceMinor: '-70' }]);
    const rows = sales.map((sale) => {
      const [stan, at] = nameOf(sale);
      return `10000001,1,978,${stan},${at},debit,${sale.amountMinor}`;
    });
    const [first = '', second = ''] = rows;
    const header = 'terminal,batch,currency,stan,transmitted,direction,amount';
    const whole = await file('whole.csv', [header, first, second].join('\n'));
    expect((await run('reconcile', '--bank', bank, '--terminal', whole)).code).toBe(0);
    const part = await file('part.csv', [header, second].join('\n'));
    const found = await json('reconcile', '--bank', bank, '--terminal', part);
    expect(found.report.differences).toMatchObject([
      { kind: 'terminal-miscounted' },
      { kind: 'only-at-host', where: nameOf(sales[0] as Sale).join(' ') },
    ]);
  });

  test('refuses files that are not what they should be, with the place', async () => {
    const bad = await file('bad.csv', 'terminal,batch\n');
    expect(await run('reconcile', '--bank', bad)).toMatchObject({
      code: 1,
      err: 'Refused: bad-header in 1, at 0.\n',
    });
    const hostile = await file('hostile.xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>');
    const { code, report } = await json('reconcile', '--bank', hostile);
    expect({ code, kind: report.error.kind }).toEqual({ code: 1, kind: 'doctype' });
    expect((await run('reconcile', '--bank', hostile, '--terminal', bad)).code).toBe(1);
  });

  test('takes disputes, evidence and rulings', async () => {
    const [stan = '', at = ''] = nameOf(sales[1] as Sale);
    const named = ['--terminal', '10000001', '--id', 'D1'];
    const payment = ['--stan', stan, '--at', at, '--reason', '13.1'];
    expect(await run('disputes list')).toMatchObject({ code: 0, out: 'There is none.\n' });
    expect((await run('disputes open', ...named, ...payment)).out).toBe('Dispute D1 is open.\n');
    expect((await run('disputes list', '--open')).out).toMatch(
      / D1 .* 13\.1 .* open .* 3\.40 EUR$/m,
    );
    expect((await run('disputes evidence', ...named, '--kind', 'receipt', 'signed')).code).toBe(0);
    expect((await run('disputes accept', ...named)).out).toBe('Dispute D1 is lost.\n');
    expect(await json('disputes win', ...named)).toEqual({
      code: 1,
      report: { error: { kind: 'ruled' } },
    });
    expect((await run('disputes evidence', ...named, '--kind', 'x', 'y')).err).toContain('ruled');
    const nothing = ['--stan', '999999', '--at', at, '--reason', '13.1'];
    expect(await run('disputes open', ...named.with(3, 'D2'), ...nothing)).toMatchObject({
      code: 1,
      err: 'Refused: there is no such payment.\n',
    });
    expect((await run('ledger verify')).code).toBe(0);
  });

  test('enrols a terminal that can then pay, and revokes it', async () => {
    const out = path.join(folder, 'terminal.json');
    const named = ['--terminal', '10000002', '--merchant', 'TESSERA00000001'];
    const enrol = ['terminals enrol', ...named, '--name', 'Shop', '--out', out] as const;
    expect((await run(...enrol)).code).toBe(0);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const second = await TestTerminal.connect(JSON.parse(await readFile(out, 'utf8')));
    const card = await cloud.card('everyday');
    const sale = second.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
    expect(second.open(await second.exchange(sale.bytes)).fields[39]).toBe('00');
    second.close();
    expect((await json('terminals list')).report.terminals).toMatchObject([
      { terminalId: '10000001', revokedAt: null },
      { terminalId: '10000002', revokedAt: null },
    ]);
    expect((await run('terminals revoke', '--terminal', '10000002')).code).toBe(0);
    expect((await run('terminals revoke', '--terminal', '10000002')).code).toBe(1);
    expect(await run(...enrol)).toMatchObject({
      code: 1,
      err: 'Refused: the terminal was revoked.\n',
    });
  });

  test('remembers who did it', async () => {
    const rows = await cloud.db.selectFrom('audit_log').select('entry').execute();
    const entries = rows.map(({ entry }) => JSON.parse(entry));
    const by = (act: string) => entries.findLast((each) => each.act === act)?.by;
    expect(by('payout')).toBe('user night run');
    const acts = ['merchant-fee-set', 'payout-matched', 'dispute', 'evidence-added'];
    for (const act of [...acts, 'lose-dispute', 'terminal-enrolled', 'terminal-revoked']) {
      expect(by(act)).toMatch(/^user ./);
    }
    expect(by('purchase')).toBeUndefined();
  });
});

describe('a cloud that was stopped', () => {
  let heads: string;
  beforeAll(async () => {
    heads = await file('heads.json', (await run('audit verify', '--json')).out);
    await cloud.db.destroy();
    await cloud.cloud.stop();
  });

  test('is looked into all the same, and left as it was', async () => {
    // The cloud's own database ended with it; another goes on.
    const isRunning = () => existsSync(path.join(cloud.dataDir, 'postgres', 'postmaster.pid'));
    const before = isRunning();
    expect(before).toBe(process.env['TESSERA_TEST_POSTGRES'] !== undefined);
    expect(await run('audit verify', '--kept', heads)).toMatchObject({ code: 0 });
    expect(await run('unknowns')).toMatchObject({ code: 0, out: 'There is none.\n' });
    expect(isRunning()).toBe(before);
  });

  test('tells what nobody knows the end of, and what was tampered with', async () => {
    await withCloud({ 'data-dir': cloud.dataDir }, async ({ db }) => {
      await db
        .updateTable('transactions')
        .set({ state: 'unknown' })
        .where('stan', '=', nameOf(sales[0] as Sale)[0] ?? '')
        .execute();
      await db.updateTable('cards').set({ balance_minor: 1n }).execute();
      await sql`alter table audit_log disable trigger all`.execute(db);
      await sql`delete from audit_log where shard = 'operator' and sequence > 2`.execute(db);
      await sql`update audit_log set entry = '{}'
        where shard = '10000001' and sequence = 2`.execute(db);
    });
    const unknown = await run('unknowns');
    expect(unknown.code).toBe(1);
    expect(unknown.out).toMatch(/^10000001 .* unknown .* 10\.00 EUR$/m);
    expect(await run('ledger verify')).toMatchObject({ code: 1 });
    const audit = await run('audit verify');
    expect(audit.code).toBe(1);
    expect(audit.out).toContain('10000001: entry 2: it was changed');
    expect((await run('audit verify', '--kept', heads)).out).toContain(
      'operator: entry 3: it is missing',
    );
  });
});

describe('what is asked for wrongly', () => {
  test.each([
    ['reconcile', [], 'Give --bank FILE.'],
    ['reconcile', ['--bank', '/nowhere'], 'cannot be read'],
    ['reconcile', ['--bank', '/nowhere', '--on', '2026-02-30'], '--on takes a day'],
    ['payout fee', ['--merchant', 'x'], 'Give --merchant, DE 42.'],
    ['payout run', ['--by', ''], '--by takes a name.'],
    ['disputes open', [], 'Give --terminal, DE 41.'],
    ['terminals revoke', [], 'Give --terminal.'],
    ['terminals enrol', ['--terminal', '1'], 'Give --terminal, DE 41.'],
    ['audit verify', ['--kept', import.meta.filename], '--kept takes a report'],
    ['ledger nothing', [], 'There is no command ledger nothing.'],
  ])('%s %j', async (command, args, words) => {
    const { code, err } = await run(command, ...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test('a folder without a cloud', async () => {
    expect(await tessera(['cloud', 'unknowns', '--data-dir', folder])).toMatchObject({
      code: 2,
      err: `There is no cloud in ${folder}; give --data-dir.\nSee --help.\n`,
    });
  });

  test('a database that does not answer', async () => {
    const url = ['--database-url', 'postgresql://127.0.0.1:1/none'];
    expect(await tessera(['cloud', 'ledger', 'verify', ...url])).toMatchObject({ code: 2 });
  });
});

test.each([
  ...['audit verify', 'ledger verify', 'ledger balances', 'reconcile', 'payout run', 'payout list'],
  ...['payout fee', 'disputes list', 'disputes open', 'disputes evidence', 'disputes accept'],
  ...['disputes win', 'terminals list', 'terminals enrol', 'terminals revoke', 'unknowns'],
])('%s has help', async (command) => {
  const { code, out } = await tessera(['cloud', ...command.split(' '), '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`tessera cloud ${command}`);
  expect(out).toContain('--json');
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
