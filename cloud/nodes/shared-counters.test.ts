import { expect, test } from 'vitest';
import { VelocityCounters } from '../scoring/velocity.ts';
import { eventIdOf, type NodeEvent, parseNodeEvent } from './node-event.ts';
import { eventsOf, SharedCounters } from './shared-counters.ts';

const rebuiltAt = new Date('2026-07-04T12:00:00Z');
const later = (seconds: number) => new Date(rebuiltAt.getTime() + seconds * 1_000);
const subject = { terminalId: '10000001', merchantId: 'm', cardToken: 'card' };

function decided(stan: string, atSeconds: number, nodeId = 'other'): NodeEvent {
  const payment = { ...subject, stan, transmittedAt: '0704120000' };
  return {
    kind: 'decided',
    nodeId,
    eventId: eventIdOf('decided', payment),
    at: later(atSeconds).toISOString(),
    ...payment,
    amountMinor: '100',
    verification: 'none',
    isDeclined: false,
  };
}

function counted(stored: readonly string[], events: readonly NodeEvent[]) {
  const counters = new VelocityCounters();
  const shared = new SharedCounters(counters, 'own', { rebuiltAt, stored });
  const taken = events.map((event) => shared.take(event, later(1)));
  const counts = counters.count({ ...subject, now: later(9) });
  return { taken, last10Min: counts.cardLast10Min, unverified: counts.cardUnverified };
}

test('what another node decided is counted once, however often it is told', () => {
  const events = [decided('000001', 0), decided('000001', 0), decided('000002', 1)];
  expect(counted([], events)).toEqual({ taken: [true, false, true], last10Min: 2, unverified: 2 });
});

test('what this node decided is not counted again when it comes back', () => {
  expect(counted([], [decided('000001', 0, 'own')])).toMatchObject({
    taken: [false],
    last10Min: 0,
  });
});

test('what the counters were rebuilt from is not counted again, told at once or late', () => {
  const stored = eventsOf(
    {
      ...{ ...subject, stan: '000001', transmittedAt: '0704120000', deviceToken: null },
      ...{ amountMinor: 100n, state: 'reversed', verification: 'none' },
      ...{ receivedAt: later(-5), reversedAt: later(-3) },
    },
    rebuiltAt,
  );
  expect(stored).toEqual([
    'decided-10000001-000001-0704120000',
    'reversed-10000001-000001-0704120000',
  ]);
  expect(counted(stored, [decided('000001', -5)]).taken).toEqual([false]);
  expect(counted([], [decided('000009', -3_600)]).taken).toEqual([false]);
});

function reversed(stan: string, atSeconds: number, nodeId = 'other'): NodeEvent {
  const { terminalId, cardToken } = subject;
  const payment = { terminalId, stan, transmittedAt: '0704120000' };
  const eventId = eventIdOf('reversed', payment);
  const at = later(atSeconds).toISOString();
  return { kind: 'reversed', nodeId, eventId, at, ...payment, cardToken };
}

test('a reversal on another node takes back what its payment added, and no other', () => {
  const events = [decided('000001', 0), decided('000002', 0), reversed('000001', 1)];
  expect(counted([], [...events, reversed('000001', 1)])).toEqual({
    ...{ taken: [true, true, true, false], last10Min: 2, unverified: 1 },
  });
});

test.each(['other', 'own'])('a reversal by %s counts also when it is told first', (nodeId) => {
  const events = [reversed('000001', 1, nodeId), decided('000001', 0)];
  expect(counted([], events)).toMatchObject({ last10Min: 1, unverified: 0 });
});

test('what is told in any order counts as it does in the order of time', () => {
  const verified = { ...decided('000002', 2), verification: 'cdcvm' } as NodeEvent;
  const events = [
    ...[decided('000001', 1), verified, decided('000003', 3, 'third'), decided('000004', 4)],
    ...[reversed('000004', 5, 'third'), { ...decided('000005', 1), verification: 'cdcvm' }],
  ] as NodeEvent[];
  for (const order of permutations(events)) {
    expect(counted([], order)).toMatchObject({ last10Min: 5, unverified: 1 });
  }
});

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) =>
    permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]),
  );
}

test('an event comes out of its text as it went in, and nothing else does', () => {
  const event = decided('000001', 0);
  const text = JSON.stringify(event);
  expect(parseNodeEvent(text)).toEqual(event);
  for (let end = 0; end < text.length; end++) {
    expect(parseNodeEvent(text.slice(0, end))).toBeUndefined();
  }
  for (const other of [{ kind: 'else' }, { ...event, amountMinor: '-1' }, { ...event, more: 1 }]) {
    expect(parseNodeEvent(JSON.stringify(other))).toBeUndefined();
  }
});
