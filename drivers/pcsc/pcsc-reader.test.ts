import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CardDisposition, FakeService, Protocol, ReaderStatus } from './fake-service.fixture.ts';
import { openPcscReaders, type PcscReader } from './pcsc-reader.ts';

const { EMPTY, IN_USE, MUTE, PRESENT } = ReaderStatus;
const cancelled = { ok: false, error: { kind: 'cancelled', effect: 'none' } };

let service: FakeService;
let reader: PcscReader;

beforeEach(async () => {
  service = new FakeService();
  reader = openPcscReaders({ load: async () => service.module });
  await settled();
});
afterEach(async () => {
  await reader.close();
  vi.useRealTimers();
});

/** Lets everything that is under way without a timer come to its end. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function connect() {
  return reader.connect(new AbortController().signal);
}

/** Whether a wait has ended. */
async function isOver(waiting: Promise<unknown>): Promise<boolean> {
  await settled();
  return Promise.race([waiting.then(() => true), Promise.resolve(false)]);
}

describe('which card is taken', () => {
  test('the first that comes into any slot', async () => {
    service.change('A', EMPTY);
    service.change('B', EMPTY);
    const waiting = connect();
    service.change('B', PRESENT);
    expect(await waiting).toMatchObject({ ok: true });
    service.change('A', PRESENT);
    await settled();
    expect(service.connects).toEqual([Protocol.T1]);
  });

  test('none that lay there when its reader was plugged in', async () => {
    service.change('A', EMPTY);
    const waiting = connect();
    service.change('B', PRESENT);
    expect(await isOver(waiting)).toBe(false);
    service.change('B', EMPTY);
    service.change('B', PRESENT);
    expect(await waiting).toMatchObject({ ok: true });
  });

  test('none that does not speak, until it does', async () => {
    service.change('A', EMPTY);
    const waiting = connect();
    service.change('A', PRESENT, MUTE);
    expect(await isOver(waiting)).toBe(false);
    expect(service.connects).toEqual([]);
    service.change('A', PRESENT);
    expect(await waiting).toMatchObject({ ok: true });
  });

  test('one that another program holds, as soon as it lets go', async () => {
    service.change('A', EMPTY);
    service.connectError = 'SharingViolation';
    const waiting = connect();
    service.change('A', PRESENT, IN_USE);
    expect(await isOver(waiting)).toBe(false);
    service.connectError = undefined;
    service.change('A', PRESENT);
    expect(await waiting).toMatchObject({ ok: true });
  });

  test('one that has T=0 only', async () => {
    service.change('A', EMPTY);
    service.connectError = 'ProtoMismatch';
    const waiting = connect();
    service.change('A', PRESENT);
    await isOver(waiting);
    expect(service.connects).toEqual([Protocol.T1, Protocol.T0]);
  });

  test('none that is powered only after the wait was called off', async () => {
    const gate = Promise.withResolvers<void>();
    service.connectGate = gate.promise;
    service.change('A', EMPTY);
    const calledOff = new AbortController();
    const waiting = reader.connect(calledOff.signal);
    service.change('A', PRESENT);
    calledOff.abort();
    expect(await waiting).toMatchObject(cancelled);
    const next = connect();
    gate.resolve();
    expect(await isOver(next)).toBe(false);
    expect(service.disconnects).toEqual([CardDisposition.UNPOWER]);
  });

  test('none that left while it was powered', async () => {
    const gate = Promise.withResolvers<void>();
    service.connectGate = gate.promise;
    service.change('A', EMPTY);
    const waiting = connect();
    service.change('A', PRESENT);
    service.change('A', EMPTY);
    gate.resolve();
    expect(await isOver(waiting)).toBe(false);
    expect(service.disconnects).toEqual([CardDisposition.UNPOWER]);
    service.change('A', PRESENT);
    expect(await waiting).toMatchObject({ ok: true });
  });
});

test('a card that is thinking when its reader goes is let go once it has answered', async () => {
  const gate = Promise.withResolvers<void>();
  service.answerGate = gate.promise;
  service.change('A', EMPTY);
  const waiting = connect();
  service.change('A', PRESENT);
  const connection = await waiting;
  if (!connection.ok) throw new Error(connection.error.kind);
  const answer = connection.value.transmit(Uint8Array.of(0, 0xa4, 4, 0));
  service.unplug('A');
  expect(await answer).toMatchObject({ ok: false, error: { kind: 'card-removed' } });
  expect(service.disconnects).toEqual([]);
  gate.resolve();
  await settled();
  expect(service.disconnects).toEqual([CardDisposition.UNPOWER]);
});

describe('readers that come and go', () => {
  test('it is ready while there is one', async () => {
    const states: string[] = [];
    reader.onStateChange((state) => states.push(state));
    expect([reader.state(), reader.name]).toEqual(['absent', 'PC/SC']);
    service.change('A', EMPTY);
    service.change('B', EMPTY);
    expect(reader.name).toBe('A, B');
    service.unplug('A');
    expect([reader.state(), reader.name]).toEqual(['ready', 'B']);
    const waiting = connect();
    service.unplug('B');
    expect(await waiting).toMatchObject({ ok: false, error: { kind: 'reader-absent' } });
    expect(states).toEqual(['ready', 'absent']);
  });

  test('a card leaves with its reader, in the middle of a command too', async () => {
    service.change('A', EMPTY);
    service.change('B', EMPTY);
    const waiting = connect();
    service.change('A', PRESENT);
    const connection = await waiting;
    if (!connection.ok) throw new Error(connection.error.detail);
    const underWay = connection.value.transmit(Uint8Array.of(0, 0xb2, 1, 0x0c, 0));
    expect(await connection.value.transmit(Uint8Array.of(0, 0xb2, 1, 0x0c, 0))).toMatchObject({
      error: { kind: 'card-error', effect: 'unknown' },
    });
    expect(await underWay).toMatchObject({ ok: true });
    service.unplug('A');
    await connection.value.removed();
    expect(await connection.value.transmit(Uint8Array.of(0, 0xb2, 1, 0x0c, 0))).toMatchObject({
      error: { kind: 'card-removed', effect: 'unknown' },
    });
    expect(reader.state()).toBe('ready');
  });

  test('a service that restarts is found again', async () => {
    service.change('A', EMPTY);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    service.crash();
    expect(reader.state()).toBe('absent');
    await vi.advanceTimersByTimeAsync(2_000);
    const tries = service.starts;
    expect(tries).toBeGreaterThan(3);
    service.running = true;
    await vi.advanceTimersByTimeAsync(500);
    service.change('A', EMPTY);
    expect([reader.state(), service.starts]).toEqual(['ready', tries + 1]);
  });
});

test('where pcsc-mini is not installed there is no reader, until it is', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let installed = false;
  const late = openPcscReaders({
    load: () => (installed ? Promise.resolve(service.module) : Promise.reject(new Error('none'))),
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(late.state()).toBe('absent');
  expect(await late.connect(new AbortController().signal)).toMatchObject({
    error: { kind: 'reader-absent', effect: 'none' },
  });
  installed = true;
  await vi.advanceTimersByTimeAsync(500);
  service.change('A', EMPTY);
  expect(late.state()).toBe('ready');
  vi.useRealTimers();
  await late.close();
});

test('once closed it tells nothing, waits for nothing and tries nothing', async () => {
  service.change('A', EMPTY);
  const states: string[] = [];
  reader.onStateChange((state) => states.push(state));
  const waiting = connect();
  await reader.close();
  await reader.close();
  expect(await waiting).toMatchObject(cancelled);
  expect(await connect()).toMatchObject(cancelled);
  const { starts } = service;
  service.crash();
  service.change('B', EMPTY);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect([service.starts, states]).toEqual([starts, []]);
});
