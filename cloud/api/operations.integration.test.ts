import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { ApiClient } from './api-client.fixture.ts';
import { holdUnknown } from './held-unknown.fixture.ts';
import { OperationsFigures } from './operations-figures.ts';
import { summarise } from './operations-overview.ts';
import { MERCHANT_SCOPES } from './scopes.ts';

let cloud: RunningCloud;
let operator: ApiClient;
let merchant: ApiClient;
let foreigner: ApiClient;
let terminal: TestTerminal;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  operator = await ApiClient.operator(cloud);
  merchant = await operator.merchant(cloud, MERCHANT_SCOPES);
  foreigner = await operator.merchant(cloud, MERCHANT_SCOPES, { merchantId: 'ANOTHERSHOP0001' });
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const OVERVIEW = '/v1/operations/overview';
const SESSION = '/v1/operations/session';

/** Past the second for which a look is remembered. */
async function look(client: ApiClient) {
  const { status, body } = await client.get(OVERVIEW);
  expect(status).toBe(200);
  return body;
}

async function sell(amountMinor: bigint) {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  return { sale, code: terminal.open(await terminal.exchange(sale.bytes)).fields[39] };
}

const total = (overview: { minutes: { approved: number; declined: number }[] }) =>
  overview.minutes.reduce(
    (sum, each) => ({
      approved: sum.approved + each.approved,
      declined: sum.declined + each.declined,
    }),
    { approved: 0, declined: 0 },
  );

test('the overview counts what was paid, and what was declined and why', async () => {
  expect(await look(merchant)).toMatchObject({
    ...{ minutes: [], declines: [], scores: [], latency: null },
    unknowns: { count: 0, oldest: [] },
    terminals: [{ terminalId: '10000001', isConnected: true, lastMessageAt: null }],
    disputes: { open: 0, soonest: [] },
  });
  await sell(700n);
  await sell(400n);
  const { code } = await sell(900_000_000n);
  await expect.poll(async () => total(await look(operator))).toEqual({ approved: 2, declined: 1 });
  const overview = await look(operator);
  const money = overview.minutes.map((each: { approvedMinor: string }) => each.approvedMinor);
  expect(money.reduce((sum: bigint, each: string) => sum + BigInt(each), 0n)).toBe(1_100n);
  expect(overview.declines).toEqual([{ responseCode: code, count: 1 }]);
  expect(overview.latency.p99Ms).toBeGreaterThan(0);
  const scored = overview.scores.map((each: { from: number }) => each.from % 50);
  expect(new Set(scored)).toEqual(new Set([0]));
  expect(overview.terminals).toMatchObject([{ isConnected: true, isRevoked: false }]);
  expect(Date.parse(overview.terminals[0].lastMessageAt)).toBeGreaterThan(Date.now() - 60_000);
});

test('a merchant sees its own alone', async () => {
  await expect.poll(async () => total(await look(merchant))).toEqual({ approved: 2, declined: 1 });
  expect(await look(foreigner)).toMatchObject({ minutes: [], terminals: [], latency: null });
});

test('a key without the scope sees nothing', async () => {
  const reader = await operator.merchant(cloud, ['transactions:read']);
  expect(await reader.get(OVERVIEW)).toMatchObject({ status: 403 });
  const narrow = await operator.merchant(cloud, ['operations:read']);
  expect(await look(narrow)).toMatchObject({ terminals: null, disputes: null, latency: null });
});

test('a payment without an answer of its issuer is an open unknown until it is ended', async () => {
  const { stan, release } = await holdUnknown(cloud, terminal, 500n);
  const { unknowns } = await look(merchant);
  expect(unknowns).toMatchObject({ count: 1, oldest: [{ stan, amountMinor: '500' }] });
  expect(['unknown', 'reversal-due']).toContain(unknowns.oldest[0].state);
  expect((await look(foreigner)).unknowns).toEqual({ count: 0, oldest: [] });
  await release();
  await expect.poll(async () => (await look(merchant)).unknowns.count, { timeout: 20_000 }).toBe(0);
});

test('a dispute waits for an answer until it is due', async () => {
  const { sale } = await sell(1_500n);
  const { 7: transmittedAt, 11: stan } = sale.message.fields;
  const name = { terminalId: '10000001', stan, transmittedAt };
  const dispute = { ...name, disputeId: 'case-1', reasonCode: '13.1' };
  expect((await operator.post('/v1/disputes', dispute)).status).toBe(201);
  const evidence = { kind: 'receipt', content: 'Signed' };
  await merchant.post('/v1/disputes/10000001/case-1/evidence', evidence);
  const { disputes } = await look(merchant);
  expect(disputes).toMatchObject({
    open: 1,
    soonest: [{ disputeId: 'case-1', amountMinor: '1500', evidence: 1, stan }],
  });
  const [{ openedAt, dueAt }] = disputes.soonest;
  expect(Date.parse(dueAt) - Date.parse(openedAt)).toBe(30 * 24 * 60 * 60 * 1_000);
  expect((await look(foreigner)).disputes).toEqual({ open: 0, soonest: [] });
});

test('minutes that are over are counted once, and the window moves on', async () => {
  const now = new Date();
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const add = (stan: string, at: Date) =>
    sql`insert into transactions (terminal_id, stan, transmitted_at, merchant_id, amount_minor,
      currency, state, response_code, authorised_minor, received_at) values ('99999999', ${stan},
      '0704120000', 'MINUTES00000001', 100, '978', 'captured', '00', 100, ${at})`.execute(cloud.db);
  const figures = new OperationsFigures(cloud.db);
  const approvedAt = async (at: Date) =>
    total(summarise(await figures.recent('MINUTES00000001', at))).approved;
  await add('000001', minutesAgo(59));
  await add('000002', minutesAgo(10));
  await add('000003', now);
  expect(await approvedAt(now)).toBe(3);
  await add('000004', minutesAgo(10));
  await add('000005', now);
  expect(await approvedAt(new Date(now.getTime() + 500)), 'fresh enough').toBe(3);
  expect(await approvedAt(new Date(now.getTime() + 1_500)), 'the old minute is known').toBe(4);
  expect(await approvedAt(minutesAgo(-5))).toBe(3);
  expect(await approvedAt(minutesAgo(-90))).toBe(0);
});

test('a look at the last hour reads an index, whatever is stored', async () => {
  const { rows } = await cloud.db.transaction().execute(async (unit) => {
    await sql`set local enable_seqscan = off`.execute(unit);
    return sql<{ 'QUERY PLAN': string }>`explain select count(*) from transactions
      where received_at >= now() - interval '2 minutes'
        and kind in ('purchase', 'preauthorisation')`.execute(unit);
  });
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('transactions_by_arrival');
});

/** As a browser sends it from a page of this cloud, or of another origin. */
async function visit(
  method: string,
  route: string,
  options: { cookie?: string; origin?: string; site?: string; body?: object } = {},
) {
  const {
    origin = new ApiClient(operator.base).base,
    site = 'same-origin',
    cookie,
    body,
  } = options;
  const text = body && JSON.stringify(body);
  return new ApiClient(operator.base).send(method, route, text, {
    ...(method !== 'GET' && { origin }),
    'sec-fetch-site': site,
    ...(cookie !== undefined && { cookie }),
  });
}

test('a key opens a session, whose cookie does what the key may, until it is ended', async () => {
  const { operatorKey: key } = JSON.parse(await readFile(`${cloud.dataDir}/api.json`, 'utf8'));
  expect(await visit('POST', SESSION, { body: { key: `${key}x` } })).toMatchObject({
    status: 401,
    body: { kind: 'wrong-key' },
  });
  const opened = await visit('POST', SESSION, { body: { key } });
  expect(opened).toMatchObject({ status: 200, body: { name: 'operator', merchantId: null } });
  const [set = ''] = opened.headers.getSetCookie();
  expect(set).toMatch(
    /^tessera-operations-\d+=[\w-]{43}; Path=\/v1; Max-Age=43200; HttpOnly; Same/,
  );
  expect(set).toContain('SameSite=Strict');
  expect(opened.text).not.toContain(key);
  const cookie = set.split(';')[0] ?? '';
  expect((await visit('GET', SESSION, { cookie })).status).toBe(200);
  expect((await visit('GET', '/v1/ledger/verify', { cookie })).status).toBe(200);
  expect((await visit('POST', '/v1/audit/verify', { cookie, body: {} })).status).toBe(200);

  const port = { origin: 'http://127.0.0.1:1', site: 'same-site', cookie };
  expect((await visit('GET', SESSION, port)).status).toBe(401);
  expect((await visit('POST', '/v1/audit/verify', { ...port, body: {} })).status).toBe(401);
  const forged = { cookie, origin: 'http://127.0.0.1:1', body: {} };
  expect((await visit('POST', '/v1/audit/verify', forged)).status).toBe(401);
  expect((await visit('POST', SESSION, { ...forged, body: { key } })).status).toBe(403);

  const stored = await cloud.db.selectFrom('operations_sessions').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(cookie.split('=')[1]);
  for (const secret of [key, cookie.split('=')[1] ?? '']) {
    expect(cloud.lines.join('\n').includes(secret)).toBe(false);
  }
  expect((await visit('DELETE', SESSION, { cookie })).status).toBe(200);
  expect((await visit('GET', SESSION, { cookie })).status).toBe(401);
});

test('a session ends with its key, and by itself', async () => {
  const added = await operator.post('/v1/keys', {
    ...{ name: 'Shop', merchantId: 'TESSERA00000001', scopes: MERCHANT_SCOPES },
  });
  const { key } = JSON.parse(await readFile(`${cloud.dataDir}/${added.body.file}`, 'utf8'));
  const login = async () => {
    const { headers } = await visit('POST', SESSION, { body: { key } });
    return { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  };
  const first = await login();
  expect((await visit('GET', OVERVIEW, first)).status).toBe(200);
  await sql`update operations_sessions set expires_at = now() - interval '1 s'`.execute(cloud.db);
  expect((await visit('GET', OVERVIEW, first)).status).toBe(401);
  const second = await login();
  expect((await visit('GET', OVERVIEW, second)).status).toBe(200);
  await operator.delete(`/v1/keys/${added.body.keyId}`);
  expect((await visit('GET', OVERVIEW, second)).status).toBe(401);
});

test('wrong keys are soon not looked at any more', async () => {
  const statuses = new Set<number>();
  for (let i = 0; i < 40; i++) {
    statuses.add((await visit('POST', SESSION, { body: { key: `wrong-${i}` } })).status);
  }
  expect(statuses).toEqual(new Set([401, 429]));
});

test('nothing but files of the build is served', async () => {
  for (const file of ['..%2findex.html', '.sources', 'a', 'none.js', 'a%00.js']) {
    expect([400, 404], file).toContain((await visit('GET', `/operations/assets/${file}`)).status);
  }
});
