import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { defaultScorers } from '../scoring/scorers.fixture.ts';
import { openDatabase } from '../store/database.ts';
import { openSecrets } from '../store/secrets.ts';
import { type Api, type ApiSettings, startApi } from './api.ts';
import { ApiClient } from './api-client.fixture.ts';
import { Metrics } from './metrics.ts';

const PAN = '4111111111111111';

let cloud: RunningCloud;
let operator: ApiClient;
let api: Api | undefined;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  operator = await ApiClient.operator(cloud);
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
});
afterAll(() => cloud?.stop());

/** Another API on the same database, changed. */
async function start(change: Partial<ApiSettings> = {}): Promise<ApiClient> {
  const { keyProtectionKey } = await openSecrets(cloud.dataDir);
  api = await startApi({
    ...{ db: cloud.db, dataDir: cloud.dataDir, host: '127.0.0.1', port: 0, keyProtectionKey },
    acquirer: { port: cloud.cloud.port, isListening: () => true },
    scorers: defaultScorers(),
    ...{ metrics: new Metrics(), webhookTargets: { allowsLoopback: false } },
    record: (line) => void cloud.lines.push(line),
    now: () => new Date(),
    ...change,
  });
  return new ApiClient(`http://127.0.0.1:${api.port}`);
}

/** Sends bytes, and no more; all that comes back until the other side closes. */
async function raw(base: string, text: string): Promise<string> {
  const { port } = new URL(base);
  const socket = connect(Number(port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return heard;
}

test('it is not ready without its database, its schema or its listener', async () => {
  const ready = async (change: Partial<ApiSettings>) => {
    const { status, body } = await (await start(change)).get('/health/ready');
    await api?.stop();
    return [status, body.kind, body.at];
  };
  expect(await ready({})).toEqual([200, undefined, undefined]);
  const deaf = { port: 1, isListening: () => false };
  expect(await ready({ acquirer: deaf })).toEqual([503, 'unavailable', 'listener']);
  const gone = openDatabase('postgresql://nobody@127.0.0.1:1/none');
  expect(await ready({ db: gone })).toEqual([503, 'unavailable', 'database']);
  await gone.destroy();
  await sql`create database bare`.execute(cloud.db);
  const url = new URL(cloud.cloud.databaseUrl);
  url.pathname = '/bare';
  const bare = openDatabase(url.href);
  expect(await ready({ db: bare })).toEqual([503, 'unavailable', 'database']);
  await bare.destroy();
});

test('a schema of before is not ready', async () => {
  const set = (name: string, to: string) =>
    sql`update kysely_migration set name = ${to} where name = ${name}`.execute(cloud.db);
  await set('0017-webhooks', '0017-other');
  const client = await start();
  expect((await client.get('/health/ready')).body).toMatchObject({ at: 'migrations' });
  await set('0017-other', '0017-webhooks');
  expect((await client.get('/health/ready')).status).toBe(200);
});

test('who sends a body or a head slowly is cut off, and the others are answered', async () => {
  const client = await start({ requestTimeoutMs: 400 });
  const { operatorKey } = JSON.parse(await readFile(path.join(cloud.dataDir, 'api.json'), 'utf8'));
  const head = [
    ...['POST /v1/keys HTTP/1.1', 'Host: a', 'Content-Type: application/json'],
    ...[`Authorization: Bearer ${operatorKey}`, ''],
  ].join('\r\n');
  const slow = [
    raw(client.base, `${head}Content-Length: 100\r\n\r\n{"name": "`),
    raw(client.base, head),
    raw(client.base, 'GET /heal'),
    ...Array.from({ length: 50 }, () => raw(client.base, `${head}X-Slow: `)),
  ];
  expect((await client.get('/health/live')).status).toBe(200);
  for (const heard of await Promise.all(slow)) {
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('application/problem+json');
    expect(heard).toContain('too-slow');
  }
});

test('what is no HTTP, or has too much of a head, is a problem as everything else', async () => {
  for (const [text, status, kind] of [
    ['\u0000\u0001\u0002\r\n\r\n', 400, 'malformed-http'],
    [`GET /health/live HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 413, 'too-large'],
    ['GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, ''],
    ['GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n', 400, ''],
  ] as const) {
    const heard = await raw(operator.base, text);
    expect(heard.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(heard).toContain('application/problem+json');
    expect(heard).toContain(kind);
  }
});

test('a card number in any place is in no answer, no log and no table', async () => {
  const said: string[] = [];
  const send = async (method: string, route: string, body?: unknown, headers = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const { status, text: answer } = await operator.send(method, route, text, headers);
    said.push(answer);
    expect(status, `${method} ${route}`).toBeGreaterThanOrEqual(400);
  };
  const shop = { merchantId: 'TESSERA00000001', scopes: ['terminals:read'] };
  const payment = { terminalId: '10000001', stan: '000001', transmittedAt: '0704120000' };
  await send('GET', `/v1/${PAN}?${PAN}=${PAN}`);
  await send('GET', `/v1/transactions?search=${PAN}`);
  await send('GET', `/v1/transactions?${PAN}=1`);
  await send('GET', `/v1/transactions?cursor=${PAN}`);
  await send('GET', `/v1/transactions/${PAN}/${PAN}/${PAN}`);
  await send('GET', `/v1/disputes/10000001/${PAN}`);
  await send('DELETE', `/v1/keys/${PAN}`);
  await send('POST', `/v1/keys?${PAN}`, { ...shop, name: `Shop ${PAN}` });
  await send('POST', '/v1/keys', { ...shop, name: 'Shop', [PAN]: PAN });
  await send('POST', '/v1/keys', `{"name": "${PAN}`);
  await send('POST', '/v1/keys', PAN);
  await send('POST', '/v1/keys', PAN, { 'content-type': `text/${PAN}` });
  await send('POST', '/v1/rules/simulate', { rules: { [PAN]: { [PAN]: PAN } } });
  await send('POST', '/v1/rules/challenger', { rules: { format: PAN } });
  await send('POST', '/v1/disputes', { ...payment, disputeId: PAN, reasonCode: '13.1' });
  await send('POST', '/v1/disputes', { ...payment, disputeId: 'a', reasonCode: PAN });
  await send('POST', `/v1/disputes/10000001/${PAN}/ruling`, { outcome: 'won' });
  await send('POST', '/v1/webhooks', { url: `https://shop.example/${PAN}` });
  await send('POST', '/v1/webhooks', { url: `https://${PAN}:${PAN}@shop.example/` });
  await send('POST', '/v1/settlements/compare', { bankFile: `${PAN},${PAN}\n${PAN}` });
  await send('POST', '/v1/terminals', { ...shop, terminalId: PAN });
  await send('POST', '/v1/keys', { ...shop, name: 'x' }, { 'idempotency-key': PAN });
  await send(PAN.replace(/\d/g, 'Q'), '/v1/keys').catch(() => undefined);
  const stranger = new ApiClient(operator.base, `tessera_${PAN}_${'a'.repeat(43)}`);
  said.push((await stranger.get(`/v1/keys?${PAN}`)).text);
  const { rows } = await sql<{ all: string }>`
    select (select string_agg(entry, '') from audit_log) || coalesce(
      (select string_agg(idempotency_key, '') from api_idempotency), '') as all`.execute(cloud.db);
  for (const text of [said.join('\n'), cloud.lines.join('\n'), rows[0]?.all ?? '']) {
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toContain(PAN);
  }
});

test('what goes wrong inside is written down without what it said', async () => {
  const lines: string[] = [];
  const client = await start({
    record: (line) => void lines.push(line),
    now: () => {
      throw new Error(`card ${PAN} of ${PAN}`);
    },
  });
  const answer = await new ApiClient(client.base, 'x').get(`/v1/keys?pan=${PAN}`);
  expect(answer).toMatchObject({ status: 500, body: { kind: 'internal' } });
  const log = lines.join('\n');
  expect(log).toContain('authenticate.ts');
  for (const text of [log, answer.text]) expect(text).not.toContain(PAN);
});

test('keys that would change what objects are by nature are refused at any depth', async () => {
  for (const text of [
    '{"rules": {"__proto__": {"isAdmin": true}}}',
    '{"rules": {"a": [{"__proto__": {"isAdmin": true}}]}}',
    '{"rules": {"constructor": {"prototype": {"isAdmin": true}}}}',
    '{"__proto__": null}',
    `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    `{"rules": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ]) {
    const answer = await operator.send('POST', '/v1/rules/simulate', text);
    expect(answer.status, text.slice(0, 50)).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  }
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  const repeated = '{"rules": {}, "rules": {"format": 1}}';
  expect((await operator.send('POST', '/v1/rules/simulate', repeated)).status).toBe(400);
});
