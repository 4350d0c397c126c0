import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { ApiClient } from './api-client.fixture.ts';
import { breachesOf } from './contract.fixture.ts';

let cloud: RunningCloud;
let operator: ApiClient;
let stranger: ApiClient;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  operator = await ApiClient.operator(cloud);
  stranger = new ApiClient(operator.base);
});
afterAll(() => cloud?.stop());

const MERCHANT = 'TESSERA00000001';

test('it lives and is ready, and says so to anybody', async () => {
  expect(await stranger.get('/health/live')).toMatchObject({ status: 200, body: { status: 'up' } });
  expect(await stranger.get('/health/ready')).toMatchObject({ status: 200 });
});

test('everything but health and the document needs a key with the scope', async () => {
  const { paths } = (await stranger.get('/v1/openapi.json')).body;
  const reader = await operator.merchant(cloud, ['transactions:read']);
  let routes = 0;
  for (const [route, operations] of Object.entries<Record<string, { 'x-scope'?: string }>>(paths)) {
    for (const [method, { 'x-scope': scope }] of Object.entries(operations)) {
      routes++;
      const filled = route.replaceAll(/\{\w+\}/g, 'x');
      const send = (client: ApiClient) =>
        client.send(method.toUpperCase(), filled, method === 'post' ? '{}' : undefined);
      if (scope === undefined) continue;
      expect(await send(stranger), route).toMatchObject({ status: 401, body: { kind: 'no-key' } });
      if (scope === 'transactions:read') continue;
      const refused = { status: 403, body: { kind: 'wrong-scope', at: scope } };
      expect(await send(reader), route).toMatchObject(refused);
    }
  }
  expect(routes).toBeGreaterThan(6);
});

test('the document is valid OpenAPI 3.1', async () => {
  const { body } = await stranger.get('/v1/openapi.json');
  const { valid, errors } = await new Validator().validate(structuredClone(body));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  const broken = structuredClone(body);
  broken.paths['/v1/keys'].get.responses = 1;
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test('every route that the code adds is in the document', async () => {
  const { paths } = (await stranger.get('/v1/openapi.json')).body;
  const documented = Object.entries<object>(paths).flatMap(([route, operations]) =>
    Object.keys(operations).map((method) => `${method} ${route}`),
  );
  const added: string[] = [];
  for (const file of await readdir(import.meta.dirname)) {
    const text = await readFile(path.join(import.meta.dirname, file), 'utf8');
    if (file.includes('test')) continue;
    for (const [, method, route = ''] of text.matchAll(/\bapp\.(\w+)\(\s*'(\/[^']*)'/g)) {
      if (!route.startsWith('/operations')) {
        added.push(`${method} ${route.replaceAll(/:(\w+)/g, '{$1}')}`);
      }
    }
  }
  expect(added.length).toBeGreaterThan(30);
  expect(documented.toSorted()).toEqual(added.toSorted());
});

test('the document describes every answer', async () => {
  const { body } = await stranger.get('/v1/openapi.json');
  const names = new Set<string>();
  expect(body).toMatchObject({ openapi: '3.1.1', info: { title: 'Tessera cloud' } });
  for (const [route, operations] of Object.entries<Record<string, object>>(body.paths)) {
    expect(route).toMatch(/^\/[\w{}/.-]+$/);
    for (const [method, operation] of Object.entries(operations)) {
      expect(['get', 'post', 'delete']).toContain(method);
      expect(operation, route).toMatchObject({
        summary: expect.stringMatching(/\w/),
        security: expect.any(Array),
        responses: { default: { content: { 'application/problem+json': expect.anything() } } },
      });
      names.add((operation as { operationId: string }).operationId);
      const { responses } = operation as { responses: object };
      expect(Object.keys(responses).some((status) => /^20[01]$/.test(status))).toBe(true);
      const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const { parameters } = operation as { parameters: { name: string; in: string }[] };
      expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(
        named,
      );
    }
  }
});

test('a wrong key, a revoked one and a key of no form open nothing', async () => {
  const key = await operator.post('/v1/keys', {
    ...{ name: 'Shop', merchantId: MERCHANT, scopes: ['terminals:read'] },
  });
  const { keyId, file } = key.body;
  const text = JSON.parse(await readFile(path.join(cloud.dataDir, file), 'utf8')).key;
  expect((await stat(path.join(cloud.dataDir, file))).mode & 0o077).toBe(0);
  const client = new ApiClient(operator.base, text);
  expect(await client.get('/metrics')).toMatchObject({ body: { kind: 'wrong-scope' } });
  const other = `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`;
  for (const wrong of [other, 'tessera_', `${text}A`, 'x', "'; drop table api_keys; --"]) {
    const answer = await new ApiClient(operator.base, wrong).get('/metrics');
    expect(answer.status, wrong).toBe(401);
  }
  let last = await stranger.send('GET', '/metrics', undefined, {
    authorization: `Bearer ${other}`,
  });
  for (let i = 0; i < 40 && last.status === 401; i++) {
    last = await stranger.send('GET', '/metrics', undefined, { authorization: `Bearer ${other}` });
  }
  expect(last.body).toMatchObject({ status: 429, kind: 'too-many-requests' });
  expect((await operator.delete(`/v1/keys/${keyId}`)).status).toBe(200);
  expect((await operator.delete(`/v1/keys/${keyId}`)).status).toBe(404);
  expect([401, 429]).toContain((await client.get('/metrics')).status);
  const { body } = await operator.get('/v1/keys');
  expect(body.keys.find((each: { keyId: string }) => each.keyId === keyId)).toMatchObject({
    ...{ merchantId: MERCHANT, scopes: ['terminals:read'], revokedAt: expect.any(String) },
  });
});

test('what is not as the document says is refused by its place', async () => {
  const good = { name: 'Shop', merchantId: MERCHANT, scopes: ['terminals:read'] };
  const send = (body: string, type = 'application/json') =>
    operator.send('POST', '/v1/keys', body, { 'content-type': type });
  const refused: readonly (readonly [string, number, string])[] = [
    ['{', 400, 'malformed-json'],
    ['', 400, 'malformed-json'],
    ['null', 400, 'invalid-request'],
    ['[]', 400, 'invalid-request'],
    [JSON.stringify({ ...good, more: 1 }), 400, 'invalid-request'],
    [JSON.stringify({ ...good, name: '<script>' }), 400, 'invalid-request'],
    [JSON.stringify({ ...good, requestsPerMinute: 1.5 }), 400, 'invalid-request'],
    [`{"__proto__": {"scopes": ["keys:write"]}, "name": "a"}`, 400, 'malformed-json'],
    [`{"constructor": {"prototype": {"isAdmin": true}}}`, 400, 'malformed-json'],
    [JSON.stringify({ ...good, scopes: ['keys:write'] }), 422, 'refused'],
    [`"${'a'.repeat(300_000)}"`, 413, 'too-large'],
  ];
  for (const [body, status, kind] of refused) {
    expect(await send(body), body.slice(0, 60)).toMatchObject({ status, body: { status, kind } });
  }
  expect(await send('name=a', 'text/plain')).toMatchObject({ status: 415 });
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  for (const route of ['/v1/none', '/v1/keys/..%2f..%2fapi.json', '/__proto__', '/v1/keys/%00']) {
    expect([400, 404], route).toContain((await operator.get(route)).status);
  }
  expect((await operator.delete('/v1/keys/__proto__')).status).toBe(400);
});

test('a key has so many requests a minute', async () => {
  const hasty = await operator.merchant(cloud, ['terminals:read'], { requestsPerMinute: 3 });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await hasty.get('/metrics')).status);
  expect(statuses).toEqual([403, 403, 403, 429, 429]);
  const refused = await hasty.get('/metrics');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.body).toMatchObject({ kind: 'too-many-requests' });
});

test('it counts authorisations, declines and what is open', async () => {
  const terminal = await cloud.connect();
  const card = await cloud.card('everyday');
  await terminal.exchange(terminal.sale(card, { verification: 'cdcvm' }).bytes);
  const tooMuch = { amountMinor: 900_000_000n, verification: 'cdcvm' } as const;
  const declined = terminal.open(await terminal.exchange(terminal.sale(card, tooMuch).bytes));
  const { text, headers } = await operator.get('/metrics');
  expect(headers.get('content-type')).toContain('version=0.0.4');
  expect(text).toContain('authorisations_total{kind="purchase",outcome="approved"} 1\n');
  expect(text).toContain(`tessera_declines_total{code="${declined.fields[39]}"} 1\n`);
  expect(text).toContain('tessera_authorisation_seconds_count 2\n');
  expect(text).toContain('tessera_open_unknowns 0\n');
});

test('who changed what is in the audit log', async () => {
  const rows = await cloud.db
    .selectFrom('audit_log')
    .select('entry')
    .where('shard', '=', 'operator')
    .execute();
  const entries = rows.map(({ entry }) => JSON.parse(entry));
  expect(entries).toContainEqual(
    expect.objectContaining({ act: 'api-request', method: 'POST', path: '/v1/keys' }),
  );
  expect(entries.filter(({ act }) => act === 'api-key-added').length).toBeGreaterThan(2);
});

test('no answer and no line of the log holds a key', async () => {
  const stored = JSON.parse(await readFile(path.join(cloud.dataDir, 'api.json'), 'utf8'));
  await operator.get(`/v1/none?key=${stored.operatorKey}`);
  const said = [...operator.heard, ...stranger.heard, ...cloud.lines].join('\n');
  expect(said.length).toBeGreaterThan(1_000);
  expect(said).not.toMatch(/tessera_[0-9a-f]{16}_/);
  expect(cloud.lines.some((line) => line.includes('"route":"/v1/keys"'))).toBe(true);
});

test('every answer was as the document says', async () => {
  const document = (await stranger.get('/v1/openapi.json')).body;
  const exchanges = [...operator.exchanges, ...stranger.exchanges];
  expect(breachesOf(document, exchanges)).toEqual([]);
  const [one] = exchanges.filter(({ path: each, status }) => each === '/v1/keys' && status === 200);
  expect(one).toBeDefined();
  const wrong = { method: 'GET', path: '/v1/keys', type: 'application/json' };
  const lies = [
    { ...wrong, status: 200, body: { keys: [{ keyId: 1 }] } },
    { ...wrong, status: 418, body: {} },
    { ...wrong, path: '/v1/other', status: 200, body: {} },
  ];
  expect(breachesOf(document, lies)).toHaveLength(3);
});
