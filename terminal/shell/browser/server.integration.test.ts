import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BrowserShell, newToken, startBrowserShell } from './server.ts';
import { FakeTerminal, IDLE, makeRenderer, type Reply, send } from './till.fixture.ts';

let rendererDir: string;
let terminal: FakeTerminal;
let shell: BrowserShell;
let token: string;
beforeAll(() => {
  rendererDir = makeRenderer();
});
afterAll(() => rmSync(dirname(rendererDir), { recursive: true }));
beforeEach(async () => {
  terminal = new FakeTerminal();
  shell = await start();
  token = new URL(shell.url).searchParams.get('token') ?? '';
});
afterEach(() => shell.close());

describe('startBrowserShell', () => {
  it('listens on this machine only, with a new token of 256 bits', async () => {
    expect(shell.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const other = await start();
    expect(new URL(other.url).searchParams.get('token')).not.toBe(token);
    await other.close();
  });

  it('says so when the port is taken or the renderer is not built', async () => {
    const options = { api: terminal.api, rendererDir, port: shell.port };
    expect(await startBrowserShell(options)).toMatchObject({
      ok: false,
      error: { kind: 'port-in-use', effect: 'none', detail: expect.stringContaining('another') },
    });
    const unbuilt = { ...options, rendererDir: `${rendererDir}/none` };
    expect(await startBrowserShell(unbuilt)).toMatchObject({ error: { kind: 'renderer-missing' } });
  });

  it('lets an open page go on after a restart on the same port with the same token', async () => {
    const cookie = await session();
    await shell.close();
    shell = await start({ port: shell.port, token });
    expect((await get('/', { cookie })).status).toBe(200);
    await shell.close();
    shell = await start({ port: shell.port, token: newToken() });
    expect((await get('/', { cookie })).status).toBe(401);
  });
});

describe('who is let in', () => {
  it('gives a session for the token and takes the token off the address', async () => {
    const reply = await get(`/?token=${token}`);
    expect(reply.status).toBe(303);
    expect(reply.headers.location).toBe('/');
    expect(reply.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await get('/', { cookie: await session() })).status).toBe(200);
  });

  it('shows one sentence to everybody else', async () => {
    const name = `tessera-${shell.port}`;
    const wrong = [
      undefined,
      `${name}=`,
      `${name}=${newToken()}`,
      `other=${token}`,
      `x${name}=${token}`,
    ];
    for (const cookie of wrong) {
      const reply = await get('/', cookie === undefined ? {} : { cookie });
      expect(reply.status).toBe(401);
      expect(reply.body).toMatch(/^This till opens only with the address .*\.\n$/);
      expect(reply.headers['set-cookie']).toBeUndefined();
    }
    for (const path of ['/?token=', `/?token=${token.slice(1)}`, `/other?token=${token}`]) {
      expect((await get(path)).status).toBe(401);
    }
    expect((await get('/assets/index-Bd3x.js')).status).toBe(401);
    expect(JSON.parse((await get('/api/state')).body)).toMatchObject({ ok: false });
    expect((await post('startPayment', {}, { cookie: '' })).status).toBe(401);
  });

  it('answers to its own name only', async () => {
    const cookie = await session();
    const names = [
      'evil.test',
      `evil.test:${shell.port}`,
      '127.0.0.1',
      `127.0.0.1:${shell.port + 1}`,
    ];
    for (const host of names) {
      expect((await get('/', { cookie, host })).status).toBe(421);
      expect((await get(`/?token=${token}`, { host })).status).toBe(421);
    }
    expect((await get('/', { cookie, host: `localhost:${shell.port}` })).status).toBe(200);
  });

  it('does nothing for a page of another origin', async () => {
    const origins = [
      'http://evil.test',
      'null',
      `https://127.0.0.1:${shell.port}`,
      'http://127.0.0.1',
    ];
    for (const origin of [...origins, `http://localhost:${shell.port}`]) {
      expect((await post('startPayment', PAYMENT, { origin })).status).toBe(403);
    }
    const withoutOrigin = await send(
      shell.port,
      'POST',
      '/api/startPayment',
      { host: `127.0.0.1:${shell.port}`, cookie: await session() },
      JSON.stringify(PAYMENT),
    );
    expect(withoutOrigin.status).toBe(403);
    expect(terminal.started).toEqual([]);
  });
});

describe('pages', () => {
  it('come with their type and headers that keep others out', async () => {
    const cookie = await session();
    const page = await get('/', { cookie });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'; ");
    expect(policy).not.toContain('unsafe');
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
    expect(page.body).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect((await get('/', { cookie })).body).not.toBe(page.body);

    const script = await get('/assets/index-Bd3x.js', { cookie });
    expect(script.body).toBe('export {};');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
    const picture = await get('/tessera.svg', { cookie });
    expect(picture.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/link.txt',
    '//secret.txt',
    '/.',
    '/assets',
    '/nothing.js',
    '/secret.txt%00.html',
  ])('holds no %s', async (path) => {
    const reply = await get(path, { cookie: await session() });
    expect(reply.body).not.toContain('secret');
    expect(reply.status).toBe(path === '/.' ? 200 : 404);
  });

  it('can only be read', async () => {
    const cookie = await session();
    const headers = { cookie, host: `127.0.0.1:${shell.port}` };
    expect((await send(shell.port, 'POST', '/', headers)).status).toBe(405);
    const head = await send(shell.port, 'HEAD', '/', headers);
    expect([head.status, head.body]).toEqual([200, '']);
    for (const path of ['http://[', `http://127.0.0.1:${shell.port}/`, '*']) {
      expect((await send(shell.port, 'GET', path, headers)).status).toBe(400);
    }
  });
});

describe('calls', () => {
  it('carry amounts as text and hand them on as bigint', async () => {
    const reply = await post('startPayment', PAYMENT);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual({ ok: true, value: { paymentId: 'p-1' } });
    expect(terminal.started).toEqual([
      { ...PAYMENT, amountMinor: 139n, lines: [{ ...LINE, unitPriceMinor: 139n }] },
    ]);
    const found = await post('findItemByBarcode', { barcode: '2000030010012' });
    expect(JSON.parse(found.body)).toMatchObject({ ok: true, value: { priceMinor: '139' } });
  });

  it('pass the errors of the terminal on, and nothing beside them', async () => {
    const missing = await post('findItemByBarcode', { barcode: '1' });
    expect(missing.status).toBe(200);
    expect(JSON.parse(missing.body)).toEqual({ ok: false, error: { kind: 'not-found' } });
    const receipt = await post('receipt', { paymentId: 'p-1' });
    expect(JSON.parse(receipt.body)).toEqual({ ok: false, error: { kind: 'not-now' } });
  });

  it.each([
    ['', ''],
    ['{', ''],
    ['null', ''],
    ['[]', ''],
    ['{"saleId":"s"}', 'amountMinor'],
    ['{"saleId":"s","amountMinor":139,"lines":[]}', 'amountMinor'],
    ['{"saleId":"s","amountMinor":"-1","lines":[]}', 'amountMinor'],
    ['{"saleId":"s","amountMinor":"1","lines":[]}', 'lines'],
    ['{"saleId":"s","amountMinor":"1","lines":[{}]}', 'lines.0.lineId'],
  ])('refuse the body %j', async (body, path) => {
    const reply = await postRaw('startPayment', body);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toEqual({ ok: false, error: { kind: 'malformed', path } });
    expect(terminal.started).toEqual([]);
  });

  it('take UTF-8 only', async () => {
    const body = Buffer.concat([
      Buffer.from('{"paymentId":"'),
      Uint8Array.of(0xff),
      Buffer.from('"}'),
    ]);
    expect((await postRaw('receipt', body)).status).toBe(400);
    expect((await postRaw('receipt', '{"paymentId":"é"}')).status).toBe(200);
  });

  it('take JSON only', async () => {
    const reply = await postRaw('startPayment', '{}', { 'content-type': 'text/plain' });
    expect(reply.status).toBe(415);
  });

  it('exist or do not', async () => {
    for (const name of ['nothing', '__proto__', 'subscribe', 'toString', 'state', '']) {
      const reply = await post(name, {});
      expect(reply.status).toBe(404);
      expect(JSON.parse(reply.body)).toEqual({ ok: false, error: { kind: 'not-found' } });
    }
    expect((await get('/api/receipt', { cookie: await session() })).status).toBe(405);
  });

  it.each(['cancelPayment', 'dismissPayment', 'paymentOfSale'])(
    'tell nothing of a fault inside %s',
    async (name) => {
      const reply = await post(name, { paymentId: 'p-1', saleId: 's-1' });
      expect(reply.status).toBe(500);
      expect(JSON.parse(reply.body)).toEqual({ ok: false, error: { kind: 'unreachable' } });
    },
  );

  it('take up to a megabyte', async () => {
    const padded = (bytes: number) => JSON.stringify({ paymentId: 'p' }).padEnd(bytes);
    expect((await postRaw('receipt', padded(1_000_000))).status).toBe(200);
    const tooLong = await postRaw('receipt', padded(1_000_001));
    expect(tooLong.status).toBe(413);
    expect((await post('receipt', { paymentId: 'p' })).status).toBe(200);
  });

  it('are given up when they arrive too slowly, without harm to others', async () => {
    const slow = await start({ requestTimeoutMs: 100 });
    const socket = await beginCall(slow);
    const received: string[] = [];
    socket.on('data', (chunk) => received.push(String(chunk)));
    await new Promise((resolve) => socket.on('close', resolve));
    expect(received.join('')).toMatch(/^HTTP\/1\.1 408 /);
    const headers = { host: `127.0.0.1:${slow.port}`, cookie: await session(slow) };
    expect((await send(slow.port, 'GET', '/', headers)).status).toBe(200);
    await slow.close();
  });

  it('survive a client that leaves half-way', async () => {
    const socket = await beginCall(shell);
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await post('receipt', { paymentId: 'p' })).status).toBe(200);
  });
});

describe('the state', () => {
  it('comes at once and after each change, to every follower, again after a break', async () => {
    const first = await follow();
    await vi.waitFor(() => expect(first.states()).toEqual([IDLE]));
    const second = await follow();
    terminal.change(PAYING);
    const encoded = { ...PAYING, payment: { ...PAYING.payment, amountMinor: '139' } };
    await vi.waitFor(() => expect(first.states()).toEqual([IDLE, encoded]));
    await vi.waitFor(() => expect(second.states()).toEqual([IDLE, encoded]));
    first.leave();
    await vi.waitFor(() => expect(terminal.listeners.size).toBe(1));
    const again = await follow();
    await vi.waitFor(() => expect(again.states()).toEqual([encoded]));
    await shell.close();
    await vi.waitFor(() => expect(terminal.listeners.size).toBe(0));
  });

  it('is not shown when it is none, and the terminal goes on', async () => {
    const follower = await follow();
    await vi.waitFor(() => expect(follower.states()).toHaveLength(1));
    terminal.change({ ...IDLE, shop: undefined as never });
    await follower.ended;
    terminal.change(IDLE);
    expect((await get('/', { cookie: await session() })).status).toBe(200);
  });
});

const LINE = {
  lineId: 'l-1',
  itemId: 'whole-milk-1-l',
  name: 'Whole milk, 1 l',
  quantity: 1,
  unitPriceMinor: '139',
  taxPermille: 0,
};
const PAYMENT = { saleId: 's-1', amountMinor: '139', lines: [LINE] };
const PAYING = {
  ...IDLE,
  payment: {
    paymentId: 'p-1',
    saleId: 's-1',
    amountMinor: 139n,
    state: 'ready' as const,
    sinceMs: 1,
    cancellable: true,
  },
};

async function start(
  changes: { port?: number; token?: string; requestTimeoutMs?: number } = {},
): Promise<BrowserShell> {
  const started = await startBrowserShell({ api: terminal.api, rendererDir, port: 0, ...changes });
  if (!started.ok) throw new Error(started.error.detail);
  return started.value;
}

async function session(of = shell): Promise<string> {
  const { pathname, search, host } = new URL(of.url);
  const reply = await send(of.port, 'GET', `${pathname}${search}`, { host });
  return reply.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return send(shell.port, 'GET', path, { host: `127.0.0.1:${shell.port}`, ...headers });
}

function post(
  name: string,
  input: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return postRaw(name, JSON.stringify(input), headers);
}

async function postRaw(
  name: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const host = `127.0.0.1:${shell.port}`;
  const own = { host, origin: `http://${host}`, 'content-type': 'application/json' };
  const cookie = headers['cookie'] ?? (await session());
  return send(shell.port, 'POST', `/api/${name}`, { ...own, ...headers, cookie }, body);
}

/** Sends the head of a call and the first byte of its body. */
async function beginCall(of: BrowserShell): Promise<Socket> {
  const host = `127.0.0.1:${of.port}`;
  const head = [
    'POST /api/receipt HTTP/1.1',
    `Host: ${host}`,
    `Origin: http://${host}`,
    `Cookie: ${await session(of)}`,
    'Content-Type: application/json',
    'Content-Length: 50',
  ];
  const socket = connect(of.port, '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n{`);
  return socket;
}

async function follow() {
  const leaving = new AbortController();
  const response = await fetch(`http://127.0.0.1:${shell.port}/api/state`, {
    headers: { cookie: await session() },
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })().catch(() => {});
  const states = (): unknown[] =>
    [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, json]) => JSON.parse(json ?? ''));
  return { states, ended, leave: () => leaving.abort() };
}
