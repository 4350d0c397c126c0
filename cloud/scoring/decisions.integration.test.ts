import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { readAuthorisationAnswer } from '#kernel/transaction/host-messages.ts';
import type { Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { replayStored } from './decision-store.ts';
import { parseFeatures } from './features.ts';
import { FraudLabelFeed, recordFraud } from './fraud-labels.ts';
import { DEFAULT_RULES_TEXT } from './scorer-files.ts';
import { modelTextOf } from './scorers.fixture.ts';
import { VelocityCounters } from './velocity.ts';

let folder: string;
let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-scoring-'));
  const write = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const refuseAll = {
    ...JSON.parse(DEFAULT_RULES_TEXT),
    name: 'refuse all',
    tiers: { medium: 0, high: 0, refuse: 0 },
  };
  cloud = await RunningCloud.start({
    model: await write('model.json', modelTextOf(20_000)),
    challengerRules: await write('rules.json', JSON.stringify(refuseAll)),
  });
  terminal = await cloud.connect();
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

const decisionOf = (sale: Sale) =>
  cloud.db
    .selectFrom('decisions')
    .selectAll()
    .where('stan', '=', String(sale.message.fields[11]))
    .executeTakeFirstOrThrow();

test('a decision is stored with what it was made of; a challenger decides nothing', async () => {
  const card = await cloud.card('everyday');
  const context = {
    channel: 'kiosk',
    deviceToken: hex('A1B2'),
    attestation: 'verified',
    energyPercent: 65,
    checkedIn: true,
  } as const;
  const sale = terminal.sale(card, { amountMinor: 25_000n, verification: 'cdcvm', context });
  const answer = terminal.open(await terminal.exchange(sale.bytes));
  const told = readAuthorisationAnswer(sale.message, answer);
  expect(told).toMatchObject({
    responseCode: '00',
    score: { score: 744, reasons: ['F01', 'A01'] },
  });
  const stored = await decisionOf(sale);
  expect(stored.device_token).toBe('A1B2');
  expect(parseFeatures(stored.features)).toMatchObject({
    ok: true,
    value: {
      ...{ amountMinor: 25_000, currency: 978, channel: 'kiosk', verification: 'cdcvm' },
      ...{ attestation: 'verified', energyPercent: 65, checkedIn: 1, deviceCards24H: 1 },
    },
  });
  expect(JSON.parse(stored.result)).toMatchObject({ score: 744, requiredMethod: 'cdcvm' });
  expect(JSON.parse(stored.challenger_result ?? '')).toMatchObject({ requiredMethod: 'refuse' });
});

test('the same message again stores no second decision; a refused one none', async () => {
  const sale = terminal.sale(await cloud.card('everyday'));
  const [first, again] = [await terminal.exchange(sale.bytes), await terminal.exchange(sale.bytes)];
  expect(again).toEqual(first);
  const { count } = cloud.db.fn;
  const rows = cloud.db.selectFrom('decisions').select(count<string>('stan').as('n'));
  const before = Number((await rows.executeTakeFirstOrThrow()).n);
  const strange = { ...sale.message.fields, 11: '009999', 42: 'TESSERA00000002' };
  await terminal.exchange(terminal.seal({ mti: '0100', fields: strange }));
  expect(Number((await rows.executeTakeFirstOrThrow()).n)).toBe(before);
});

test('the sixth unverified tap is asked to verify, a verified one starts anew', async () => {
  const card = await cloud.card('everyday');
  const pay = async (verification: 'none' | 'cdcvm') => {
    const sale = terminal.sale(card, { amountMinor: 100n, verification });
    const answer = terminal.open(await terminal.exchange(sale.bytes));
    return [answer.fields[39], JSON.parse((await decisionOf(sale)).result).exemption];
  };
  expect(await pay('cdcvm')).toEqual(['00', 'contactless']);
  for (let tap = 1; tap <= 5; tap++) expect(await pay('none')).toEqual(['00', 'contactless']);
  expect(await pay('none')).toEqual(['1A', null]);
  expect(await pay('cdcvm')).toEqual(['00', null]);
  expect(await pay('none')).toEqual(['00', 'contactless']);
});

test('every stored decision computes again to the same bits; a forged one is found', async () => {
  const report = await replayStored(cloud.db);
  expect(report).toMatchObject({ faults: [] });
  expect(report.decisions).toBeGreaterThan(8);
  expect(report.same).toBe(report.decisions);
  const forged = cloud.db
    .updateTable('decisions')
    .set({
      features: JSON.stringify({ ...JSON.parse((await anyDecision()).features), localHour: 3 }),
    })
    .where('stan', '=', (await anyDecision()).stan);
  await forged.execute();
  expect((await replayStored(cloud.db)).faults).toMatchObject([{ fault: { kind: 'differs' } }]);
  await cloud.db
    .deleteFrom('decisions')
    .where('stan', '=', (await anyDecision()).stan)
    .execute();
  expect((await replayStored(cloud.db)).faults).toEqual([]);
  await cloud.db.deleteFrom('scoring_files').where('kind', '=', 'model').execute();
  const { decisions, faults } = await replayStored(cloud.db);
  expect(faults).toHaveLength(decisions);
  expect(faults[0]).toMatchObject({ fault: { kind: 'no-scorer' } });
});

const anyDecision = () =>
  cloud.db.selectFrom('decisions').selectAll().orderBy('stan').limit(1).executeTakeFirstOrThrow();

test('counters are rebuilt from what is stored and learn of frauds', async () => {
  const later = new Date(Date.now() + 8 * 86_400_000);
  const [paid] = await cloud.db
    .selectFrom('transactions')
    .selectAll()
    .where('state', '=', 'captured')
    .orderBy('received_at', 'desc')
    .execute();
  if (!paid?.card_token) throw new Error('nothing was paid');
  const subject = {
    terminalId: paid.terminal_id,
    merchantId: paid.merchant_id,
    cardToken: paid.card_token,
    deviceToken: 'A1B2',
    now: new Date(),
  };
  const rebuilt = await VelocityCounters.rebuild(cloud.db, new Date());
  expect(rebuilt.count(subject)).toMatchObject({ cardUnverified: 1, cardUnverifiedMinor: 100 });
  expect(rebuilt.count(subject).cardLast24H).toBeGreaterThan(8);
  expect(rebuilt.count(subject).deviceLast24H).toBe(0);
  const feed = new FraudLabelFeed(cloud.db, rebuilt);
  expect(await feed.poll()).toBe(0);
  const key = { terminalId: paid.terminal_id, stan: paid.stan, transmittedAt: paid.transmitted_at };
  expect(await recordFraud(cloud.db, key, new Date())).toBe(true);
  expect(await recordFraud(cloud.db, key, new Date())).toBe(false);
  expect(await recordFraud(cloud.db, { ...key, stan: '999999' }, new Date())).toBe(false);
  expect([await feed.poll(), await feed.poll()]).toEqual([1, 0]);
  expect(rebuilt.count(subject).merchantFraudRate90Days).toBeGreaterThan(0);
  expect(rebuilt.count({ ...subject, now: later }).terminalFrauds28Days).toBe(1);
});
