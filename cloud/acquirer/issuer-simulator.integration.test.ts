import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { resolveUnknowns } from './resolve-unknown.ts';
import type { TestCard } from './test-card.fixture.ts';
import { pinFields } from './test-pin.fixture.ts';
import type { Sale, SaleOptions, TestTerminal } from './test-terminal.fixture.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;
let card: TestCard;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
  card = await cloud.card('everyday');
});
afterAll(() => cloud?.stop());

const send = async ({ bytes }: Sale) => terminal.open(await terminal.exchange(bytes)).fields;
const pay = (options: SaleOptions = {}) =>
  terminal.sale(card, { verification: 'cdcvm', amountMinor: 100n, ...options });
const codeOf = async (options: SaleOptions = {}) => (await send(pay(options)))[39];

let entries = 0;

function withPin(pin: string, keyHex?: string): SaleOptions {
  entries += 1;
  const fields = pinFields(terminal, card.profile.pan, pin, entries, keyHex);
  return { verification: 'online-pin', amountMinor: 6_000n, fields };
}

test('a PIN is verified, three wrong ones block it, a new one opens it again', async () => {
  // Nobody was verified by a PIN that is only said to have been entered.
  expect(await codeOf({ verification: 'online-pin', amountMinor: 6_000n })).toBe('1A');
  expect(await codeOf(withPin('1234'))).toBe('86');
  await cloud.configure(card, { pin: '1234' });
  expect(await codeOf(withPin('1234'))).toBe('00');
  expect(await codeOf(withPin('1235'))).toBe('55');
  expect(await codeOf(withPin('1234', '0123456789ABCDEFFEDCBA9876543210'))).toBe('55');
  // Without a key of its own for this PIN it is not tried at all.
  const { fields = {}, ...others } = withPin('1234');
  for (const ksn of [{}, { 53: hex('FFFF1000000100000000') }, { 53: hex('FF') }]) {
    expect(await codeOf({ ...others, fields: { 52: fields[52] ?? '', ...ksn } })).toBe('86');
  }
  // The right one gives the tries back.
  expect(await codeOf(withPin('1234'))).toBe('00');
  for (const code of ['55', '55', '55', '75']) expect(await codeOf(withPin('4321'))).toBe(code);
  expect(await codeOf(withPin('1234'))).toBe('75');
  await cloud.configure(card, { pin: '9876' });
  expect(await codeOf(withPin('9876'))).toBe('00');
});

test('limits of a payment, of a day and of a day’s count', async () => {
  const { day_spent_minor: spent, day_count: count } = await account();
  await cloud.configure(card, { paymentLimitMinor: 500n });
  expect(await codeOf({ amountMinor: 501n })).toBe('61');
  expect(await codeOf({ amountMinor: 500n })).toBe('00');
  await cloud.configure(card, { paymentLimitMinor: null, dayLimitMinor: spent + 900n });
  expect(await codeOf({ amountMinor: 401n })).toBe('61');
  expect(await codeOf({ amountMinor: 400n })).toBe('00');
  await cloud.configure(card, { dayLimitMinor: null, dayLimitCount: count + 3 });
  expect(await codeOf()).toBe('00');
  expect(await codeOf()).toBe('65');
  await cloud.configure(card, { dayLimitCount: null });
});

const account = () =>
  cloud.db
    .selectFrom('cards')
    .selectAll()
    .where('masked_pan', '=', '999999******0014')
    .executeTakeFirstOrThrow();

test('where the issuer cannot be reached the host stands in, up to a limit', async () => {
  await cloud.configure(card, { fault: 'unavailable' });
  expect(await codeOf()).toBe('91');
  await cloud.configure(card, { standInLimitMinor: 200n });
  expect(await codeOf({ amountMinor: 201n })).toBe('91');
  expect(await codeOf({ amountMinor: 200n })).toBe('00');
  await cloud.configure(card, { fault: 'none' });
});

test('an issuer that is slow is waited for, and the next payment is not', async () => {
  await cloud.configure(card, { latencyMs: 300 });
  const start = performance.now();
  expect(await codeOf()).toBe('00');
  expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  await cloud.configure(card, { latencyMs: 0 });
});

test.each(['silent', 'late'] as const)(
  'an advice is answered though its issuer is %s',
  async (fault) => {
    await cloud.configure(card, { fault });
    const sale = pay({ kind: 'advice' });
    expect(await send(sale)).toMatchObject({ 39: '00' });
    expect(await send(sale)).toMatchObject({ 39: '00' });
    expect(await cloud.recordsOf(sale)).toMatchObject([
      { state: 'captured', captured_minor: 100n },
    ]);
    await cloud.configure(card, { fault: 'none' });
  },
);

test('an approval that came too late is reversed, whoever resolves it and how often', async () => {
  const before = (await account()).balance_minor;
  await cloud.configure(card, { fault: 'late' });
  const sale = pay();
  const fields = await send(sale);
  expect(fields[39]).toBe('91');
  expect(fields).not.toHaveProperty('38');
  expect(fields).not.toHaveProperty('55');
  await Promise.all([1, 2, 3].map(() => resolveUnknowns(cloud.db, new Date())));
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'reversed', captured_minor: 0n }]);
  expect(await cloud.entriesOf(sale)).toEqual(['late', 'reverse']);
  expect((await account()).balance_minor).toBe(before);
  expect(await resolveUnknowns(cloud.db, new Date())).toBe(0);
  await cloud.configure(card, { fault: 'none' });
});

test('an issuer script goes out once, with its MAC, behind the proof of the issuer', async () => {
  await cloud.configure(card, { pendingScript: hex('841E000008') });
  const first = pay();
  const { 55: data } = await send(first);
  expect(data instanceof Uint8Array && encodeHex(data)).toMatch(
    /^9108[0-9A-F]{8}00800000720F860D841E000008[0-9A-F]{16}$/,
  );
  expect((await send(first))[55]).toEqual(data);
  const { 55: next } = await send(pay());
  expect(next instanceof Uint8Array && encodeHex(next)).toMatch(/^9108[0-9A-F]{8}00800000$/);
});

test('ledger and audit log hold after all of it', async () => {
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [], overdrawn: [] });
  expect((await verifyAudit(cloud.db)).broken).toEqual([]);
});
