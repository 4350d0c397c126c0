import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type PostRules, postEvent } from './post-event.ts';

const EVENT = { url: 'https://shop.example/hooks', headers: {}, body: '{}' };
const rules = (change: Partial<PostRules> = {}): PostRules => ({
  ...{ allowsLoopback: false, timeoutMs: 300, signal: new AbortController().signal },
  ...change,
});
/** A name server that says this of every name. */
const standsFor = (...addresses: readonly string[]) =>
  rules({
    lookUp: (_, __, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
  });

test.each([
  [['10.0.0.1']],
  [['127.0.0.1']],
  [['169.254.169.254']],
  [['::1']],
  [['::ffff:192.168.0.1']],
  [['8.8.8.8', '10.0.0.1']],
  [[]],
])('a name that stands for %j is not connected to', async (addresses) => {
  expect(await postEvent(EVENT, standsFor(...addresses))).toEqual({ kind: 'refused-address' });
});

test('a name that stands for nothing, and a name server that says nothing', async () => {
  const unknown = Object.assign(new Error('none'), { code: 'ENOTFOUND' });
  const lookUp: PostRules['lookUp'] = (_, __, callback) => callback(unknown, []);
  expect(await postEvent(EVENT, rules({ lookUp }))).toEqual({ kind: 'unknown-host' });
  const silent = rules({ lookUp: () => undefined });
  expect(await postEvent(EVENT, silent)).toEqual({ kind: 'timeout' });
});

test('what speaks no TLS, is not there, or sends without end', async () => {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'retry-after': '17' });
    const timer = setInterval(() => answer.write('a'.repeat(10_000)), 1);
    answer.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const home = rules({ allowsLoopback: true, timeoutMs: 5_000 });
  const send = (url: string) => postEvent({ ...EVENT, url }, home);
  expect(await send(`https://127.0.0.1:${port}/`)).toEqual({ kind: 'tls' });
  expect(await send(`http://127.0.0.1:${port}/`)).toEqual({
    ...{ kind: 'answered', status: 200, retryAfterS: 17 },
  });
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  expect(await send(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'connection' });
});

test('what is stopped ends at once', async () => {
  const stopping = new AbortController();
  const sending = postEvent(EVENT, rules({ lookUp: () => undefined, signal: stopping.signal }));
  stopping.abort();
  expect(await sending).toEqual({ kind: 'connection' });
});
