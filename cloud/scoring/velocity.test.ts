import { expect, test } from 'vitest';
import { VelocityCounters } from './velocity.ts';

const START = Date.parse('2026-07-04T12:00:00Z');
const minutes = (count: number) => new Date(START + count * 60_000);
const seen = (now: Date, change: object = {}) => ({
  terminalId: 't1',
  merchantId: 'm1',
  cardToken: 'c1',
  amountMinor: 1_430n,
  verification: 'none' as const,
  isDeclined: false,
  now,
  ...change,
});

const named = (id: number) => ({ terminalId: 't1', stan: `${id}`, transmittedAt: '0704120000' });

test('nothing was seen of a new card and terminal', () => {
  expect(new VelocityCounters().count(seen(minutes(0)))).toEqual({
    cardLast10Min: 0,
    cardLast24H: 0,
    cardMerchants24H: 1,
    cardAmount24HMinor: 0,
    cardUnverified: 0,
    cardUnverifiedMinor: 0,
    deviceLast24H: null,
    deviceCards24H: null,
    terminalLast10Min: 0,
    terminalDeclines10Min: 0,
    terminalFrauds28Days: 0,
    terminalFraudRate28Days: null,
    merchantLast10Min: 0,
    merchantLast24H: 0,
    merchantFraudRate90Days: null,
  });
});

test('each window counts what is younger than it, by card, terminal and merchant', () => {
  const counters = new VelocityCounters();
  counters.observe(seen(minutes(0), { merchantId: 'm2' }));
  counters.observe(seen(minutes(5), { isDeclined: true }));
  counters.observe(seen(minutes(6), { cardToken: 'c2' }));
  counters.observe(seen(minutes(7), { terminalId: 't2', merchantId: 'm3' }));
  expect(counters.count(seen(minutes(9)))).toMatchObject({
    cardAmount24HMinor: 4_290,
    merchantLast10Min: 2,
    merchantLast24H: 2,
    cardLast10Min: 3,
    cardLast24H: 3,
    cardMerchants24H: 3,
    terminalLast10Min: 3,
    terminalDeclines10Min: 1,
  });
  expect(counters.count(seen(minutes(10)))).toMatchObject({ cardLast10Min: 2, cardLast24H: 3 });
  expect(counters.count(seen(minutes(24 * 60)))).toMatchObject({
    cardLast24H: 2,
    cardMerchants24H: 2,
    terminalLast10Min: 0,
  });
});

test('a busy card does not grow for ever', () => {
  const counters = new VelocityCounters();
  for (let i = 0; i < 10_000; i++) counters.observe(seen(minutes(i / 1_000)));
  const { cardLast24H } = counters.count(seen(minutes(10)));
  expect(cardLast24H).toBeGreaterThan(500);
  expect(cardLast24H).toBeLessThanOrEqual(1_024);
});

test('a device is known by its token and counts its cards, this one included', () => {
  const counters = new VelocityCounters();
  const device = { deviceToken: 'd1' };
  for (const cardToken of ['c1', 'c2', 'c2'])
    counters.observe(seen(minutes(0), { ...device, cardToken }));
  const count = (change: object) => counters.count(seen(minutes(1), { ...device, ...change }));
  expect(count({ cardToken: 'c3' })).toMatchObject({ deviceLast24H: 3, deviceCards24H: 3 });
  expect(count({ deviceToken: 'd2' })).toMatchObject({ deviceLast24H: 0, deviceCards24H: 1 });
  expect(count({ deviceToken: undefined }).deviceCards24H).toBeNull();
});

test('what was paid without verification adds up until a person is verified', () => {
  const counters = new VelocityCounters();
  const state = () => {
    const { cardUnverified, cardUnverifiedMinor } = counters.count(seen(minutes(99)));
    return [cardUnverified, cardUnverifiedMinor];
  };
  for (const amountMinor of [1_000n, 2_000n]) counters.observe(seen(minutes(1), { amountMinor }));
  expect(state()).toEqual([2, 3_000]);
  counters.observe(seen(minutes(1), { amountMinor: 500n, payment: named(3) }));
  counters.takeBack('c1', named(3));
  counters.takeBack('c1', named(3));
  counters.observe(seen(minutes(1), { isReversed: true }));
  expect(state()).toEqual([2, 3_000]);
  counters.observe(seen(minutes(2), { isDeclined: true, verification: 'cdcvm' }));
  expect(state()).toEqual([2, 3_000]);
  counters.observe(seen(minutes(3), { verification: 'cdcvm' }));
  expect(state()).toEqual([0, 0]);
});

test('an inquiry is no tap, and says nothing of what was paid', () => {
  const counters = new VelocityCounters();
  counters.observe(seen(minutes(1), { amountMinor: 100n }));
  counters.observe(seen(minutes(2), { amountMinor: 0n }));
  counters.learn({ terminalId: 't1', merchantId: 'm1', amountMinor: 100n, paidAt: minutes(1) });
  const week = 8 * 24 * 60;
  expect(counters.count(seen(minutes(week)))).toMatchObject({
    ...{ cardUnverified: 1, cardUnverifiedMinor: 100, terminalFraudRate28Days: 1 },
  });
  counters.observe(seen(minutes(3), { amountMinor: 0n, verification: 'online-pin' }));
  expect(counters.count(seen(minutes(4))).cardUnverified).toBe(0);
});

test('undoing what was verified, or was before what was, forgives nothing', () => {
  const counters = new VelocityCounters();
  const pay = (id: number, change: object = {}) =>
    counters.observe(seen(minutes(id), { amountMinor: 100n, payment: named(id), ...change }));
  const taps = () => counters.count(seen(minutes(9))).cardUnverified;
  pay(1);
  pay(2, { verification: 'cdcvm' });
  pay(3);
  for (const id of [1, 2]) counters.takeBack('c1', named(id));
  expect(taps()).toBe(1);
  counters.takeBack('c2', named(3));
  expect(taps()).toBe(1);
  counters.takeBack('c1', named(3));
  expect(taps()).toBe(0);
  pay(4);
  // As it is rebuilt from what is stored: the person was verified all the same.
  pay(5, { verification: 'cdcvm', isReversed: true });
  expect(taps()).toBe(0);
});

test('a fraud counts once it is known, and not among days whose labels may still come', () => {
  const counters = new VelocityCounters();
  const days = (count: number) => minutes(count * 24 * 60);
  for (const day of [0, 0, 1, 1]) counters.observe(seen(days(day)));
  const risk = (day: number) => {
    const counted = counters.count(seen(days(day)));
    return [counted.terminalFrauds28Days, counted.terminalFraudRate28Days];
  };
  expect(risk(7)).toEqual([0, 0]);
  const fraud = { terminalId: 't1', merchantId: 'm1', amountMinor: 1_430n, paidAt: days(0) };
  counters.learn(fraud);
  expect(risk(6)).toEqual([0, null]);
  expect(risk(7)).toEqual([1, 0.5]);
  expect(risk(8)).toEqual([1, 0.25]);
  expect(risk(34)).toEqual([1, 0.25]);
  expect(risk(35)).toEqual([0, 0]);
  expect(counters.count(seen(days(1))).merchantFraudRate90Days).toBe(0.25);
  expect(counters.count(seen(days(89))).merchantFraudRate90Days).toBe(0.25);
  expect(counters.count(seen(days(90))).merchantFraudRate90Days).toBe(0);
  expect(counters.count(seen(days(200))).merchantFraudRate90Days).toBeNull();
});
