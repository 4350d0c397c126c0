import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunningCloud } from '#cloud/running-cloud.fixture.ts';
import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedPinPad } from '#drivers/simulated/pin-pad.ts';
import { profileWith } from '#wearable/issuers.fixture.ts';
import { createWearable, type Wearable } from '#wearable/wearable.ts';
import { readEnrolment } from '../config/enrolment.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import { openEnrolledHost } from '../runner/enrolled-host.ts';
import { systemClock, systemEntropy } from '../runner/system.ts';
import { dukptPinCipher } from './dukpt-pin-cipher.ts';
import { PaymentDesk } from './payment-desk.ts';

/** So long that no other digits are the same by chance. */
const PIN = '604193827155';
const WRONG = '839517264408';

let cloud: RunningCloud;
let desk: PaymentDesk;
let wearable: Wearable;
let pinPad: SimulatedPinPad;
const reader = new SimulatedCardReader();
const folder = mkdtempSync(path.join(tmpdir(), 'tessera-pin-'));
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  cloud = await RunningCloud.start();
  stops.push(() => cloud.stop());
  const enrolment = await readEnrolment(path.join(cloud.cloud.enrolmentDir, 'terminal.json'));
  if (!enrolment.ok || !enrolment.value.pinKey) throw new Error('no enrolment');
  const { identity, pinKey } = enrolment.value;
  const host = openEnrolledHost(enrolment.value);
  const journal = openJournal(path.join(folder, 'journal.sqlite'));
  if (!host.ok || !journal.ok) throw new Error('no terminal');
  // A wearable of the everyday account that cannot verify its user, so that a PIN is needed.
  const card = await cloud.card('everyday');
  await cloud.configure(card, { pin: PIN });
  const { pan, expiry, panSequenceNumber, iccMasterKeyHex } = card.profile;
  wearable = createWearable(
    profileWith({
      ...{ type: 'qvsdc', aid: 'F0544553534501' },
      ...{ pan, expiry, panSequenceNumber, iccMasterKeyHex },
      ...{ cardholderVerification: 'none', offlineAuthentication: 'none' },
    }),
  );
  let last: string | undefined;
  const memory = {
    read: () => last,
    write: (ksn: string) => {
      last = ksn;
      return true;
    },
  };
  pinPad = new SimulatedPinPad(dukptPinCipher(pinKey, identity.terminalId, memory));
  const system = { clock: systemClock, entropy: systemEntropy };
  const ports = { readers: [reader], host: host.value, journal: journal.value, pinPad, ...system };
  desk = new PaymentDesk(ports, runnerSettings(enrolment.value), () => undefined);
  stops.unshift(
    () => desk.close(),
    () => host.value.close(),
    () => journal.value.close(),
  );
  await vi.waitUntil(() => host.value.state() === 'up', { timeout: 10_000 });
});
afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
});

const LINE = { lineId: '1', itemId: '1', name: 'Bread', quantity: 1, taxPermille: 70 } as const;
const soon = <T>(look: () => T) => vi.waitUntil(look, { interval: 5, timeout: 10_000 });
const inState = (state: string) => soon(() => desk.current()?.state === state);

async function sell(saleId: string, amountMinor: bigint): Promise<string> {
  const lines = [{ ...LINE, unitPriceMinor: amountMinor }];
  const started = await desk.start({ saleId, amountMinor, lines });
  if (!started.ok) throw new Error(started.error.kind);
  await soon(() => reader.present(wearable));
  return started.value.paymentId;
}

const triesLeft = async () =>
  (
    await cloud.db
      .selectFrom('cards')
      .select('pin_tries_left')
      .where('masked_pan', '=', '999999******0014')
      .executeTakeFirstOrThrow()
  ).pin_tries_left;

test('the sixth tap needs a PIN: wrong once, then right, paid under the same intent', async () => {
  for (let tap = 1; tap <= 5; tap++) {
    const paymentId = await sell(`sale-${tap}`, 450n);
    await inState('approved');
    desk.dismiss(paymentId);
  }
  const paymentId = await sell('sale-6', 450n);
  // The host wants the cardholder verified, and this wearable does that by the issuer.
  await soon(() => desk.current()?.reason === 'confirm-on-wearable');
  await soon(() => reader.present(wearable));
  await inState('entering-pin');
  pinPad.type(WRONG);
  await soon(() => desk.current()?.reason === 'pin-wrong');
  expect(await triesLeft()).toBe(2);
  await soon(() => reader.present(wearable));
  await inState('entering-pin');
  pinPad.type(PIN);
  await inState('approved');
  expect(desk.current()).toMatchObject({ paymentId, responseCode: '00' });
  expect(await triesLeft()).toBe(3);
  desk.dismiss(paymentId);
});

test('above the limit a PIN is asked for at once; called off, nothing is charged', async () => {
  const paymentId = await sell('sale-7', 6_000n);
  await inState('entering-pin');
  pinPad.pressCancel();
  await inState('declined');
  expect(desk.current()).toMatchObject({ reason: 'pin-not-entered' });
  desk.dismiss(paymentId);
  const again = await sell('sale-7', 6_000n);
  await inState('entering-pin');
  pinPad.type(PIN);
  await inState('approved');
  desk.dismiss(again);
});

test('three wrong ones block it', async () => {
  const paymentId = await sell('sale-8', 6_000n);
  for (let count = 1; count <= 3; count++) {
    await inState('entering-pin');
    pinPad.type(WRONG);
    await soon(() => desk.current()?.reason === 'pin-wrong');
    await soon(() => reader.present(wearable));
  }
  await inState('entering-pin');
  pinPad.type(PIN);
  await inState('declined');
  expect(desk.current()).toMatchObject({ reason: 'pin-blocked', responseCode: '75' });
  expect(await triesLeft()).toBe(0);
  desk.dismiss(paymentId);
});

test('no PIN is in the journal, the log or the database', async () => {
  const kept = [
    ...cloud.lines,
    ...readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'latin1')),
    ...(await everythingStored()),
  ].join('\n');
  expect(kept).toContain('999999******0014');
  for (const pin of [PIN, WRONG]) {
    expect(kept).not.toContain(pin);
    expect(kept).not.toContain(Buffer.from(pin).toString('hex'));
  }
});

/** Every row of every table, as text. */
async function everythingStored(): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public'
      and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`.execute(cloud.db);
  const tables = rows.map(async ({ name }) => {
    const all = await sql<{ text: string }>`
      select t::text as text from ${sql.table(name)} t`.execute(cloud.db);
    return all.rows.map(({ text }) => text).join('\n');
  });
  return Promise.all(tables);
}
