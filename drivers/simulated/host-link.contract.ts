import { afterEach, describe, expect, it, vi } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import type { Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { HostLink, HostState } from '#kernel/ports/host-link.ts';
import type { HostScript } from './host-link.ts';

/** A line under test, and a hand on the host at its other end. */
export interface HostLinkUnderTest {
  readonly link: HostLink & { readonly droppedMessages: number };
  /** Takes the host down, or brings it back. */
  readonly setHost: (state: HostState) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * What every host link must do; `open` gives one that is up, to a host that follows the script. In
 * these tests a message is a number of two bytes, and its answer begins with it.
 */
export function describeHostLinkContract(
  name: string,
  open: (script: HostScript) => Promise<HostLinkUnderTest>,
): void {
  describe(`${name} keeps the contract of a host link`, () => {
    let opened: HostLinkUnderTest | undefined;
    afterEach(() => opened?.close());
    async function start(script: HostScript): Promise<HostLinkUnderTest> {
      opened = await open(script);
      expect(opened.link.state()).toBe('up');
      return opened;
    }

    answering(start);
    refusing(start);
    reconnecting(start);
  });
}

type Start = (script: HostScript) => Promise<HostLinkUnderTest>;

function answering(start: Start): void {
  it('carries a message and its answer', async () => {
    const received: Uint8Array[] = [];
    const { link } = await start((message) => {
      received.push(message);
      return [{ type: 'send', message: answerTo(message) }];
    });
    expect(await ask(link, '0001')).toEqual({ ok: true, value: hex('0001AA') });
    expect(received).toEqual([hex('0001')]);
    expect(link.droppedMessages).toBe(0);
  });

  it('gives each of several exchanges its own answer, in whatever order they come', async () => {
    const { link } = await start((message) => [
      { type: 'send', message: answerTo(message), afterMs: 40 - 10 * (message[1] ?? 0) },
    ]);
    const answers = await Promise.all(['0001', '0002', '0003'].map((text) => ask(link, text)));
    expect(answers).toEqual(
      ['0001AA', '0002AA', '0003AA'].map((text) => ({ ok: true, value: hex(text) })),
    );
  });

  it('drops and counts what nobody asked for, before and after the answer', async () => {
    const { link } = await start((message) => [
      { type: 'send', message: hex('FFFFFF') },
      { type: 'send', message: answerTo(message) },
      { type: 'send', message: answerTo(message) },
    ]);
    expect(await ask(link, '0001')).toEqual({ ok: true, value: hex('0001AA') });
    await vi.waitFor(() => expect(link.droppedMessages).toBe(2));
    expect(await ask(link, '0002')).toEqual({ ok: true, value: hex('0002AA') });
  });

  it('takes an isAnswer that throws for a no', async () => {
    const { link } = await start((message) => [{ type: 'send', message: answerTo(message) }]);
    const throwing = () => {
      throw new Error('cannot decode');
    };
    const request = { message: hex('0001'), isAnswer: throwing, timeoutMs: 80 };
    const [first, second] = await Promise.all([link.exchange(request), ask(link, '0002')]);
    expect(first).toMatchObject(TIMEOUT);
    expect(second).toEqual({ ok: true, value: hex('0002AA') });
  });
}

function refusing(start: Start): void {
  it('times out, effect unknown, when no answer comes', async () => {
    const { link } = await start(() => []);
    const startedMs = performance.now();
    expect(await ask(link, '0001', 60)).toMatchObject(TIMEOUT);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55);
  });

  it('never takes a late answer for that of a later exchange', async () => {
    const { link } = await start((message) => [
      { type: 'send', message: answerTo(message), afterMs: message[1] === 1 ? 80 : 120 },
    ]);
    expect(await ask(link, '0001', 40)).toMatchObject(TIMEOUT);
    expect(await ask(link, '0002')).toEqual({ ok: true, value: hex('0002AA') });
  });

  it('loses what is under way, effect unknown, when the line drops, and comes back', async () => {
    const { link } = await start((message) =>
      message[1] === 9 ? [{ type: 'drop' }] : [{ type: 'send', message: answerTo(message) }],
    );
    expect(await ask(link, '0009')).toMatchObject(LOST);
    await vi.waitFor(() => expect(link.state()).toBe('up'));
    expect(await ask(link, '0001')).toEqual({ ok: true, value: hex('0001AA') });
  });

  it('settles what is under way when it is closed, and sends nothing more', async () => {
    const received: Uint8Array[] = [];
    const { link } = await start((message) => {
      received.push(message);
      return [];
    });
    const underWay = ask(link, '0001');
    await vi.waitFor(() => expect(received).toHaveLength(1));
    await link.close();
    await link.close();
    expect(await underWay).toMatchObject(LOST);
    expect(link.state()).toBe('down');
    expect(await ask(link, '0002')).toMatchObject(UNREACHABLE);
    expect(received).toHaveLength(1);
  });
}

function reconnecting(start: Start): void {
  it('refuses with no effect while the host is down, and tells of each change', async () => {
    const { link, setHost } = await start((message) => [
      { type: 'send', message: answerTo(message) },
    ]);
    const states: HostState[] = [];
    const stop = link.onStateChange((state) => states.push(state));
    await setHost('down');
    await vi.waitFor(() => expect(states).toEqual(['down']));
    expect(await ask(link, '0001')).toMatchObject(UNREACHABLE);
    await setHost('up');
    await vi.waitFor(() => expect(states).toEqual(['down', 'up']), { timeout: 5000 });
    expect(await ask(link, '0002')).toEqual({ ok: true, value: hex('0002AA') });
    stop();
    await link.close();
    expect(states).toEqual(['down', 'up']);
  });
}

const UNREACHABLE = { ok: false, error: { kind: 'host-unreachable', effect: 'none' } };
const TIMEOUT = { ok: false, error: { kind: 'host-timeout', effect: 'unknown' } };
const LOST = { ok: false, error: { kind: 'connection-lost', effect: 'unknown' } };

function ask(
  link: HostLink,
  text: string,
  timeoutMs = 2000,
): Promise<Result<Uint8Array, PortFailure>> {
  const message = hex(text);
  return link.exchange({
    message,
    timeoutMs,
    isAnswer: (candidate) => candidate[0] === message[0] && candidate[1] === message[1],
  });
}

function answerTo(message: Uint8Array): Uint8Array {
  return Uint8Array.of(...message, 0xaa);
}
