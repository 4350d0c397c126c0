import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../api/api-client.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';

let cloud: RunningCloud;
let client: ApiClient;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  client = await ApiClient.operator(cloud);
});
afterAll(() => cloud?.stop());

const KEY = { name: 'Shop', merchantId: 'TESSERA00000001', scopes: ['transactions:read'] };
const keys = async () => (await client.get('/v1/keys')).body.keys.length;

/** What came back for raw bytes, until the other side closed or said nothing for a while. */
function raw(text: string, patienceMs = 2_000): Promise<string> {
  const socket = connect(cloud.cloud.apiPort, '127.0.0.1');
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.write(text);
  return new Promise((resolve) => {
    socket.once('close', () => resolve(answer));
    socket.setTimeout(patienceMs, () => socket.destroy());
  });
}
const statuses = (answer: string) =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));

test.each([
  ['no JSON', '{"name":'],
  ['nothing', ''],
  ['a number', '1'],
  ['an array', '[]'],
  ['a text', '"key"'],
  ['two documents', '{}{}'],
  ['bytes that are no UTF-8', '{"name":"\u{fffd}\u0000"}'],
  ['a name twice, the later of another kind', '{"name":"Shop","name":7}'],
  ['numbers beyond all bounds', `{"requestsPerMinute":${'9'.repeat(400)}}`],
  ['a prototype', `{"__proto__":{"scopes":["keys:write"]},"name":"Shop"}`],
  ['a constructor', `{"constructor":{"prototype":{"scope":"open"}},"name":"Shop"}`],
  ['arrays in arrays', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['a member that the document does not have', JSON.stringify({ ...KEY, merchant: 'x' })],
])('a body of %s changes nothing and is told so', async (_, body) => {
  const before = await keys();
  const answer = await client.send('POST', '/v1/keys', body);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await keys()).toBe(before);
  expect(Reflect.get({}, 'scopes')).toBeUndefined();
});

test('a body over the limit is refused before it is read', async () => {
  const body = JSON.stringify({ ...KEY, name: 'x'.repeat(5_000_000) });
  const answer = await client.send('POST', '/v1/keys', body).catch(() => undefined);
  expect(answer?.status ?? 413).toBe(413);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/xml'])(
  'a body said to be %s is refused, as a form of another site would send it',
  async (type) => {
    const before = await keys();
    const headers = { 'content-type': type };
    const answer = await client.send('POST', '/v1/keys', JSON.stringify(KEY), headers);
    expect(answer.status).toBe(415);
    expect(await keys()).toBe(before);
  },
);

test.each([
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}'],
  ['a length and pieces', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['pieces of no length', 'Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n'],
  ['a header without an end', `X-Long: ${'a'.repeat(100_000)}`],
  ['a header with a bare line feed', 'X-A: b\nX-B: c\r\n\r\n'],
])('a request of %s hides no second one', async (_, rest) => {
  const hidden = 'GET /v1/keys HTTP/1.1\r\nHost: a\r\n\r\n';
  const answer = await raw(`POST /v1/keys HTTP/1.1\r\nHost: a\r\n${rest}${hidden}`);
  const codes = statuses(answer);
  expect(codes.length).toBeLessThanOrEqual(1);
  for (const code of codes) expect(code).toBeGreaterThanOrEqual(400);
});

test('bytes that are no HTTP are answered 400 or nothing', async () => {
  for (const text of ['\u0016\u0003\u0001\u0002', 'GET\r\n\r\n', 'hello\n\n', '\0'.repeat(9_000)]) {
    for (const code of statuses(await raw(text))) expect(code).toBe(400);
  }
  expect((await client.get('/v1/keys')).status).toBe(200);
});

test.each(['/v1/../v1/keys/', '/v1/%2e%2e/secrets.json', '/..%2f..%2fetc/passwd', '/%00', '//'])(
  'the address %s leads to no file',
  async (address) => {
    const answer = await raw(`GET ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    for (const code of statuses(answer)) expect([400, 401, 404]).toContain(code);
    expect(statuses(answer)).toHaveLength(1);
  },
);

test('many that trickle their headers keep nobody out', async () => {
  const port = cloud.cloud.apiPort;
  const slow = Array.from({ length: 300 }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /v1/keys HTTP/1.1\r\nHost: a\r\nX-');
    return socket;
  });
  const drip = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('a');
  }, 200);
  try {
    for (let i = 0; i < 5; i++) {
      expect((await client.get('/v1/keys')).status).toBe(200);
      await sleep(200);
    }
  } finally {
    clearInterval(drip);
    for (const socket of slow) socket.destroy();
  }
});

test('one whose request never ends is cut off', async () => {
  const socket = connect(cloud.cloud.apiPort, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write('POST /v1/keys HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nX-');
  const drip = setInterval(() => socket.writable && socket.write('a'), 300);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  clearInterval(drip);
  expect((await client.get('/v1/keys')).status).toBe(200);
});

test('no secret is in what it said, and no stack', async () => {
  const text = client.heard.join('\n');
  expect(text).not.toMatch(/node_modules|\.ts:\d|at Object|password|postgres:/);
});
