import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import { describeHostLinkContract } from '../simulated/host-link.contract.ts';
import type { HostScript } from '../simulated/host-link.ts';
import { type Authority, type Identity, makeAuthority } from './certificates.fixture.ts';
import { HOST_NAME, type ScriptedTlsHost, startTlsHost } from './tls-host.fixture.ts';
import { openTlsHostLink, type TlsHostLink, type TlsHostLinkOptions } from './tls-host-link.ts';

const FRAMING = lengthPrefixed(64);
const ECHO: HostScript = (message) => [{ type: 'send', message }];

let authority: Authority;
let otherAuthority: Authority;
let terminal: Identity;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  authority = await makeAuthority('Test authority');
  otherAuthority = await makeAuthority('Test authority');
  terminal = await authority.issue('10000001');
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describeHostLinkContract('the TLS host link', async (script) => {
  const host = await startTlsHost(authority, FRAMING, script);
  const link = open(host.port);
  await isUp(link);
  return {
    link,
    setHost: (state) => (state === 'up' ? host.up() : host.down()),
    close: async () => {
      await link.close();
      await host.down();
    },
  };
});

describe('a TLS host link', () => {
  it('shows the host its certificate and connects before anything is sent', async () => {
    const { host } = await linked(ECHO);
    const [socket] = host.sockets;
    expect(socket?.getPeerCertificate().subject.CN).toBe('10000001');
    expect(socket?.getProtocol()).toMatch(/^TLSv1\.[23]$/);
  });

  it('believes no host of another authority, nor one of another name', async () => {
    const impostor = await host(otherAuthority, ECHO);
    const misled = open(impostor.port);
    expect(await ask(misled)).toMatchObject(UNREACHABLE);
    const elsewhere = open((await host(authority, ECHO)).port, { serverName: 'other.test' });
    expect(await ask(elsewhere)).toMatchObject(UNREACHABLE);
    expect([misled.state(), elsewhere.state(), impostor.accepted]).toEqual(['down', 'down', 0]);
  });

  it('never gets an answer from a host that does not believe it', async () => {
    const strict = await startTlsHost(authority, FRAMING, ECHO, otherAuthority);
    cleanUps.push(() => strict.down());
    expect(await ask(open(strict.port))).toMatchObject({ ok: false });
    expect(strict.accepted).toBe(0);
  });

  it('refuses credentials that are none', () => {
    const opened = openTlsHostLink({ ...options(1), privateKeyPem: 'secret text' });
    expect(opened).toMatchObject({ ok: false, error: { kind: 'host-credentials' } });
    expect(JSON.stringify(opened)).not.toContain('secret text');
  });

  it('loses an exchange whose answer is cut short, and works on', async () => {
    const { host, link } = await linked((message) => (message[0] === 1 ? [] : ECHO(message)));
    const underWay = ask(link, '01');
    await vi.waitFor(() => expect(host.sockets.size).toBe(1));
    host.sendRaw(hex('000501'));
    for (const socket of host.sockets) socket.end();
    expect(await underWay).toMatchObject(LOST);
    await isUp(link);
    expect(await ask(link, '02')).toEqual({ ok: true, value: hex('02') });
  });

  it('drops the connection on a frame over the limit', async () => {
    const { host, link } = await linked((message) => (message[0] === 1 ? [] : ECHO(message)));
    const underWay = ask(link, '01');
    host.sendRaw(hex('0041'));
    expect(await underWay).toMatchObject(LOST);
    await isUp(link);
    await vi.waitFor(() => expect(host.accepted).toBe(2));
  });

  it('takes an answer that comes byte by byte', async () => {
    const { host, link } = await linked(() => []);
    const underWay = ask(link, '0102');
    for (const byte of ['00', '02', '01', '02']) {
      host.sendRaw(hex(byte));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await underWay).toEqual({ ok: true, value: hex('0102') });
  });

  it('sends nothing that cannot be framed', async () => {
    const { link } = await linked(ECHO);
    for (const text of ['', '00'.repeat(65)]) {
      const error = { kind: 'message-unsendable', effect: 'none' };
      expect(await ask(link, text)).toMatchObject({ ok: false, error });
    }
  });
});

describe('reconnecting', () => {
  it('has an exchange try at once instead of waiting out the backoff', async () => {
    const { host, link } = await linked(ECHO, { backoff: backoff(60_000, 60_000, 0.99) });
    host.cut();
    await vi.waitFor(() => expect(link.state()).toBe('down'));
    expect(await ask(link)).toEqual({ ok: true, value: hex('01') });
    expect(link.state()).toBe('up');
  });

  it('waits longer after each failure, to a bound, and starts over once it is heard', async () => {
    const random = vi.fn(() => 0.5);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const waitsMs = () =>
      timers.mock.calls.flatMap(([, ms]) => (ms && [3.5, 7, 14, 15].includes(ms) ? [ms] : []));
    const { host, link } = await linked(ECHO, { backoff: { firstMs: 7, maxMs: 30, random } });
    await host.down();
    await vi.waitFor(() => expect(waitsMs().length).toBeGreaterThan(4));
    expect(waitsMs().slice(0, 5)).toEqual([3.5, 7, 14, 15, 15]);
    await host.up();
    await isUp(link);
    await ask(link);
    timers.mockClear();
    host.cut();
    await vi.waitFor(() => expect(waitsMs()).toEqual([3.5]));
    timers.mockRestore();
  });

  it('gives up an attempt to connect that nobody answers', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    cleanUps.push(async () => void mute.close());
    const link = open((mute.address() as AddressInfo).port, { connectTimeoutMs: 50 });
    const startedMs = performance.now();
    expect(await ask(link)).toMatchObject(UNREACHABLE);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    const slow = open((mute.address() as AddressInfo).port, { connectTimeoutMs: 60_000 });
    expect(await ask(slow, '01', 50)).toMatchObject(UNREACHABLE);
  });

  it('changes to a new connection when one has fallen silent, without going down', async () => {
    const { host, link } = await linked((message) => (message[0] === 1 ? [] : ECHO(message)));
    const states: string[] = [];
    link.onStateChange((state) => states.push(state));
    const longer = ask(link, '01', 400);
    expect(await ask(link, '01', 40)).toMatchObject(TIMEOUT);
    await vi.waitFor(() => expect(host.accepted).toBe(2));
    expect(await ask(link, '02')).toEqual({ ok: true, value: hex('02') });
    expect(host.sockets.size).toBe(2);
    expect(await longer).toMatchObject(TIMEOUT);
    await vi.waitFor(() => expect(host.sockets.size).toBe(1));
    expect(states).toEqual([]);
  });

  it('goes down when a connection has fallen silent and no other can be had', async () => {
    const { host, link } = await linked(() => []);
    host.stopListening();
    let settled = false;
    const longer = ask(link, '01', 2000).finally(() => {
      settled = true;
    });
    expect(await ask(link, '01', 40)).toMatchObject(TIMEOUT);
    await vi.waitFor(() => expect(link.state()).toBe('down'));
    expect(settled).toBe(false);
    host.sendRaw(hex('000101'));
    expect(await longer).toEqual({ ok: true, value: hex('01') });
  });

  it('counts the time to connect into the time for the answer', async () => {
    const silent = await host(authority, () => []);
    const slow = createServer((client) => {
      setTimeout(() => {
        const onward = connect(silent.port, '127.0.0.1');
        client.pipe(onward).pipe(client);
        for (const socket of [client, onward]) socket.on('error', () => socket.destroy());
      }, 300);
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    cleanUps.push(async () => void slow.close());
    const link = open((slow.address() as AddressInfo).port);
    const startedMs = performance.now();
    expect(await ask(link, '01', 450)).toMatchObject(TIMEOUT);
    expect(performance.now() - startedMs).toBeLessThan(650);
  });

  it('tries nothing more once it is closed', async () => {
    const random = vi.fn(() => 0);
    const { link } = await linked(ECHO, { backoff: { firstMs: 1, maxMs: 1, random } });
    await link.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(random).not.toHaveBeenCalled();
  });
});

const UNREACHABLE = { ok: false, error: { kind: 'host-unreachable', effect: 'none' } };
const TIMEOUT = { ok: false, error: { kind: 'host-timeout', effect: 'unknown' } };
const LOST = { ok: false, error: { kind: 'connection-lost', effect: 'unknown' } };

async function host(of: Authority, script: HostScript): Promise<ScriptedTlsHost> {
  const started = await startTlsHost(of, FRAMING, script);
  cleanUps.push(() => started.down());
  return started;
}

async function linked(script: HostScript, changes: Partial<TlsHostLinkOptions> = {}) {
  const started = await host(authority, script);
  const link = open(started.port, changes);
  await isUp(link);
  await vi.waitFor(() => expect(started.sockets.size).toBe(1));
  return { host: started, link };
}

function open(port: number, changes: Partial<TlsHostLinkOptions> = {}): TlsHostLink {
  const opened = openTlsHostLink({ ...options(port), ...changes });
  if (!opened.ok) throw new Error(opened.error.detail);
  cleanUps.push(() => opened.value.close());
  return opened.value;
}

function options(port: number): TlsHostLinkOptions {
  return {
    host: '127.0.0.1',
    port,
    serverName: HOST_NAME,
    caCertificatePem: authority.caCertificatePem,
    ...terminal,
    connectTimeoutMs: 2000,
    framing: FRAMING,
    backoff: backoff(5, 40, 0.5),
  };
}

function backoff(firstMs: number, maxMs: number, random: number) {
  return { firstMs, maxMs, random: () => random };
}

async function isUp(link: TlsHostLink): Promise<void> {
  await vi.waitFor(() => expect(link.state()).toBe('up'), {
    timeout: 5000,
    interval: 5,
  });
}

function ask(link: TlsHostLink, text = '01', timeoutMs = 2000) {
  const message = hex(text);
  return link.exchange({ message, timeoutMs, isAnswer: ([first]) => first === message[0] });
}
