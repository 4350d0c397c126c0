import { afterEach, expect, test, vi } from 'vitest';
import { SimulatedHostLink } from '#drivers/simulated/host-link.ts';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import type { Message, MessageFields } from '#kernel/iso8583/message.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import { openMessage } from '#kernel/transaction/message-mac.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { MAC_KEY, sealed } from '../till/scripted-acquirer.fixture.ts';
import { exchangeWithHost } from './host-exchange.ts';
import { HostSession } from './host-session.ts';
import { systemClock } from './system.ts';

const IDENTITY = { terminalId: '10000001', merchantId: 'TESSERA00000001' };
const NEW_KEY = new SecretKey(new Uint8Array(16).fill(7));

const sessions: HostSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

/** A session with a host that answers each 0800 with these fields, or not at all. */
function bench(act: (code: string, count: number) => MessageFields | undefined, echoEveryMs = 20) {
  const received: string[] = [];
  let key = MAC_KEY;
  const host = new SimulatedHostLink((bytes) => {
    const opened = openMessage(bytes, MAC_KEY);
    const renewed = opened.ok ? opened : openMessage(bytes, NEW_KEY);
    if (!renewed.ok) throw new Error(renewed.error.kind);
    if (!opened.ok) key = NEW_KEY;
    const request: Message = renewed.value;
    const code = String(request.fields[70] ?? request.mti);
    received.push(opened.ok ? code : `${code} under the new key`);
    const fields = act(code, received.length);
    if (!fields) return [];
    const { 7: at, 11: stan, 41: terminal } = request.fields;
    const echoed = { 7: at, 11: stan, 41: terminal } as MessageFields;
    const mti = `${Number(`${request.mti.slice(0, 3)}0`) + 10}`.padStart(4, '0');
    return [{ type: 'send', message: sealed({ mti, fields: { ...echoed, ...fields } }, key) }];
  });
  const settings = {
    ...runnerSettings({ identity: IDENTITY, macKey: MAC_KEY }),
    ...{ hostTimeoutMs: 30, repeatDelaysMs: [5], echoEveryMs },
  };
  const ports = { host, journal: new SimulatedJournal(), clock: systemClock };
  const kept: string[] = [];
  const keepKey = (keyBlock: string) => {
    kept.push(keyBlock);
    return keyBlock === 'GOOD' ? NEW_KEY : undefined;
  };
  const session = new HostSession({ ports, settings, keepKey, announce: () => undefined });
  sessions.push(session);
  return { session, host, received, settings, kept, ports: { ...ports, session } };
}

const soon = <T>(look: () => T) => vi.waitUntil(look, { interval: 2, timeout: 5_000 });
const taken = () => ({ 39: '00' });

test('signs on when the line is there, and off at an orderly end', async () => {
  const { session, host, received } = bench(taken, 10_000);
  await soon(() => session.state() === 'signed-on');
  await session.close();
  expect(received).toEqual(['001', '002']);
  await host.close();
});

test('waits for a line that is down', async () => {
  const { session, host, received } = bench(taken, 10_000);
  host.setState('down');
  await soon(() => received.length > 0 || host.state() === 'down');
  host.setState('up');
  await soon(() => session.state() === 'signed-on');
  host.setState('down');
  await session.close();
  expect(received.at(-1)).toBe('001');
});

test('a host that refuses is asked again, and nothing else of it', async () => {
  const { session, received } = bench((_, count) => ({ 39: count < 4 ? '12' : '00' }), 10_000);
  await soon(() => session.state() === 'refused');
  await soon(() => session.state() === 'signed-on');
  expect(received).toEqual(['001', '001', '001', '001']);
});

test('a host that does not answer the sign-on is asked again', async () => {
  const { session, received } = bench((_, count) => (count < 3 ? undefined : { 39: '00' }), 10_000);
  await soon(() => session.state() === 'signed-on');
  expect(received).toEqual(['001', '001', '001']);
});

test('asks for an echo when it is quiet, and says so when there is none', async () => {
  let isSilent = false;
  const { session, received } = bench((code) =>
    isSilent && code === '301' ? undefined : { 39: '00' },
  );
  await soon(() => received.filter((code) => code === '301').length > 1);
  expect(session.isAnswering()).toBe(true);
  isSilent = true;
  await soon(() => !session.isAnswering());
  isSilent = false;
  await soon(() => session.isAnswering());
  expect(session.state()).toBe('signed-on');
});

test('signs on again when a message is answered that it is not', async () => {
  const b = bench((code) => ({ 39: code === '0400' ? '58' : '00' }), 10_000);
  await soon(() => b.session.state() === 'signed-on');
  const reversal = { 7: '1124131500', 11: '000777', 41: IDENTITY.terminalId };
  await exchangeWithHost(b.ports, b.settings, { mti: '0400', fields: reversal });
  await soon(() => b.received.filter((code) => code === '001').length === 2);
  await soon(() => b.session.state() === 'signed-on');
});

const WANTED = encodeAdditionalData({ wantsKeyChange: true });

test('changes the key when the host wants it: kept first, then used', async () => {
  const b = bench((code) => {
    if (code === '101') return { 39: '00', 62: 'GOOD' };
    return { 39: '00', ...(code === '001' && { 48: WANTED }) };
  }, 10_000);
  await soon(() => b.received.includes('301 under the new key'));
  expect(b.received).toEqual(['001', '101', '301 under the new key']);
  expect(b.kept).toEqual(['GOOD']);
  await b.session.close();
  expect(b.received.at(-1)).toBe('002 under the new key');
});

test.each([
  ['a key that cannot be kept', { 39: '00', 62: 'BAD' }],
  ['no key', { 39: '00' }],
  ['a refusal', { 39: '63' }],
])('goes on under the key it has after %s', async (_, answered) => {
  const b = bench((code) => (code === '101' ? answered : { 39: '00', 48: WANTED }), 10_000);
  await soon(() => b.received.includes('101'));
  await b.session.close();
  expect(b.received).toEqual(['001', '101', '002']);
});
