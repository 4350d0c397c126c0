import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunningCloud } from '#cloud/running-cloud.fixture.ts';
import { replayStored } from '#cloud/scoring/decision-store.ts';
import { readTransactions } from '#cloud/store/records.ts';
import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import { profileWith } from '#wearable/issuers.fixture.ts';
import { createWearable, type Wearable } from '#wearable/wearable.ts';
import { readEnrolment } from '../config/enrolment.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { openEnrolledHost } from '../runner/enrolled-host.ts';
import { systemClock, systemEntropy } from '../runner/system.ts';
import { PaymentDesk } from './payment-desk.ts';

let cloud: RunningCloud;
let desk: PaymentDesk;
let wearable: Wearable;
const reader = new SimulatedCardReader();
let journal: SimulatedJournal;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  cloud = await RunningCloud.start();
  stops.push(() => cloud.stop());
  const { enrolmentDir } = cloud.cloud;
  const enrolment = await readEnrolment(path.join(enrolmentDir, 'terminal.json'));
  if (!enrolment.ok) throw new Error(enrolment.error.kind);
  const host = openEnrolledHost(enrolment.value);
  if (!host.ok) throw new Error(host.error.detail);
  // The account of the everyday ring, on a wearable that verifies its user only when asked.
  const { pan, expiry, panSequenceNumber, iccMasterKeyHex } = (await cloud.card('everyday'))
    .profile;
  wearable = createWearable(
    profileWith({
      type: 'qvsdc',
      aid: 'F0544553534501',
      ...{ pan, expiry, panSequenceNumber, iccMasterKeyHex },
      cardholderVerification: 'cdcvm-on-request',
      offlineAuthentication: 'none',
    }),
  );
  journal = new SimulatedJournal();
  const readers = [reader];
  const ports = { readers, host: host.value, journal, clock: systemClock, entropy: systemEntropy };
  desk = new PaymentDesk(ports, runnerSettings(enrolment.value), () => undefined);
  stops.unshift(
    () => desk.close(),
    async () => void (await host.value.close()),
  );
  await vi.waitUntil(() => host.value.state() === 'up', { timeout: 10_000 });
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

const LINE = { lineId: '1', itemId: '1', name: 'Bread', quantity: 1, taxPermille: 70 } as const;
const soon = <T>(look: () => T) => vi.waitUntil(look, { interval: 5, timeout: 10_000 });
const present = () => soon(() => reader.present(wearable));

async function begin(saleId: string): Promise<string> {
  const lines = [{ ...LINE, unitPriceMinor: 450n }];
  const started = await desk.start({ saleId, amountMinor: 450n, lines });
  if (!started.ok) throw new Error(started.error.kind);
  await present();
  return started.value.paymentId;
}

const isApproved = () => desk.current()?.state === 'approved';

test('the sixth tap is confirmed on the wearable and paid under the same intent', async () => {
  for (let tap = 1; tap <= 5; tap++) {
    const paymentId = await begin(`sale-${tap}`);
    await soon(isApproved);
    desk.dismiss(paymentId);
  }
  const paymentId = await begin('sale-6');
  await soon(() => desk.current()?.reason === 'confirm-on-wearable');
  // Held here before it was confirmed, it asks its user and takes no part.
  await present();
  await soon(() => desk.current()?.reason === 'see-phone');
  wearable.confirmUser();
  await present();
  await soon(isApproved);
  expect(desk.current()).toMatchObject({ paymentId, state: 'approved', responseCode: '00' });

  const read = await journal.read(paymentId);
  expect(read.ok && read.value.map((event) => event.type)).toEqual([
    'intent',
    ...['authorisation-sent', 'authorisation-answered'],
    ...['authorisation-sent', 'authorisation-answered'],
    'closed',
  ]);
  const answers = read.ok
    ? read.value.filter((each) => each.type === 'authorisation-answered')
    : [];
  expect(answers).toMatchObject([
    { responseCode: '1A', score: { requiredMethod: 'cdcvm' } },
    { responseCode: '00' },
  ]);
  const states = (await readTransactions(cloud.db)).map(({ state }) => state);
  expect(states.filter((state) => state === 'declined')).toHaveLength(1);
  expect(states).toHaveLength(7);
  expect(await replayStored(cloud.db)).toMatchObject({ decisions: 7, same: 7, faults: [] });
  desk.dismiss(paymentId);
  await begin('sale-7');
  await soon(isApproved);
});
