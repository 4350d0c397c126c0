import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildReconciliation } from '#kernel/transaction/follow-up-messages.ts';
import type { Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { ApiClient } from '../api/api-client.fixture.ts';
import { breachesOf } from '../api/contract.fixture.ts';
import { MERCHANT_SCOPES } from '../api/scopes.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { MAX_ATTEMPTS } from './backoff.ts';
import { isSignedBy, Receiver } from './receiver.fixture.ts';

let cloud: RunningCloud;
let operator: ApiClient;
let merchant: ApiClient;
let foreigner: ApiClient;
let terminal: TestTerminal;
let receiver: Receiver;
let endpointId: string;
beforeAll(async () => {
  cloud = await RunningCloud.start({}, { allowsLoopback: true, timeoutMs: 400 });
  operator = await ApiClient.operator(cloud);
  merchant = await operator.merchant(cloud, MERCHANT_SCOPES);
  foreigner = await operator.merchant(cloud, MERCHANT_SCOPES, { merchantId: 'ANOTHERSHOP0001' });
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

beforeEach(async () => {
  receiver = await Receiver.start();
  const added = await merchant.post('/v1/webhooks', { url: receiver.url });
  expect(added.status, added.text).toBe(201);
  endpointId = added.body.endpointId;
});
afterEach(async () => {
  await merchant.delete(`/v1/webhooks/${endpointId}`);
  await receiver.stop();
});

const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields[39];
async function sold(amountMinor = 1_000n): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  expect(await send(sale.bytes)).toBe('00');
  return sale;
}
const stanOf = (sale: Sale) => String(sale.message.fields[11]);
/** What comes to hold, however busy the machine. */
const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 15_000 });
const heard = (count: number, type: string) => soon(() => receiver.of(type).length).toBe(count);
const secretOf = async () =>
  (await merchant.post(`/v1/webhooks/${endpointId}/secret`, {})).body.secret as string;
/** What waits is due now: nobody waits for the delays of a day here. */
const hurry = () =>
  sql`update webhook_deliveries set next_attempt_at = now() where state = 'pending'
    and next_attempt_at > now() + interval '2 seconds'`.execute(cloud.db);
const deliveries = async (query = '') =>
  (await merchant.get(`/v1/webhooks/${endpointId}/deliveries${query}`)).body.deliveries;

test('a payment is told, signed, with its amounts and no card', async () => {
  const sale = await sold();
  await heard(1, 'transaction.captured');
  const [told] = receiver.of('transaction.captured');
  if (!told) throw new Error('not told');
  expect(told.event.data).toMatchObject({
    ...{ stan: stanOf(sale), state: 'captured', amountMinor: '1000', capturedMinor: '1000' },
    ...{ merchantId: 'TESSERA00000001', responseCode: '00', refundedMinor: '0' },
  });
  expect(told.event.timestamp).toMatch(/^\d{4}-.*Z$/);
  expect(Math.abs(told.timestampS - Date.now() / 1_000)).toBeLessThan(60);
  const secret = await secretOf();
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(await isSignedBy(told, secret)).toBe(true);
  expect(await isSignedBy({ ...told, body: `${told.body} ` }, secret)).toBe(false);
  expect(await isSignedBy({ ...told, timestampS: told.timestampS + 1 }, secret)).toBe(false);
  expect(told.body).not.toMatch(/card|pan/i);
});

test('what follows is told as it happens', async () => {
  const sale = await sold(2_000n);
  expect(await send(terminal.followUp('refund', sale, 500n).bytes)).toBe('00');
  const second = await sold(300n);
  expect(await send(terminal.reversal(second))).toBe('00');
  const name = { terminalId: terminal.file.terminalId, stan: stanOf(sale) };
  const dispute = { ...name, transmittedAt: String(sale.message.fields[7]), disputeId: 'told' };
  await operator.post('/v1/disputes', { ...dispute, reasonCode: '13.1' });
  const route = `/v1/disputes/${name.terminalId}/told`;
  await merchant.post(`${route}/evidence`, { kind: 'note', content: 'Delivered' });
  await operator.post(`${route}/ruling`, { outcome: 'lost' });
  const none = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n, currency: '978' };
  const advice = buildReconciliation('0520', none, terminal.file, terminal.trace());
  expect(await send(terminal.seal(advice))).toBe('00');
  await heard(1, 'batch.closed');
  await heard(1, 'dispute.lost');
  for (const type of [
    ...['transaction.refunded', 'transaction.reversed', 'transaction.disputed'],
    ...['transaction.charged-back', 'dispute.opened', 'dispute.evidence-added'],
  ]) {
    await heard(1, type);
  }
  const [evidence] = receiver.of('dispute.evidence-added');
  expect(evidence?.event.data).toMatchObject({ disputeId: 'told', stan: name.stan });
  expect(JSON.stringify(evidence)).not.toContain('Delivered');
  expect(receiver.of('batch.closed')[0]?.event.data).toMatchObject({ agrees: false });
});

test('one that fails, never answers, redirects, then takes it is told each time', async () => {
  const elsewhere = await Receiver.start();
  const redirect = { location: elsewhere.url };
  receiver.manners.push(500, 'never', (answer) => answer.writeHead(307, redirect).end());
  await sold();
  for (let attempt = 2; attempt <= 4; attempt++) {
    await heard(attempt - 1, 'transaction.captured');
    const logged = async () => {
      const [{ eventId }] = await deliveries();
      const { body } = await merchant.get(`/v1/webhooks/${endpointId}/deliveries/${eventId}`);
      return body.attempts.length as number;
    };
    await soon(logged).toBe(attempt - 1);
    await hurry();
  }
  await heard(4, 'transaction.captured');
  const told = receiver.of('transaction.captured');
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(new Set(told.map(({ body }) => body)).size).toBe(1);
  await soon(async () => (await deliveries())[0].state).toBe('delivered');
  const [{ eventId }] = await deliveries();
  expect(told[0]?.id).toBe(eventId);
  const { body } = await merchant.get(`/v1/webhooks/${endpointId}/deliveries/${eventId}`);
  expect(body.attempts).toMatchObject([
    { outcome: 'answered', status: 500 },
    { outcome: 'timeout', status: null },
    { outcome: 'answered', status: 307 },
    { outcome: 'answered', status: 204 },
  ]);
  expect(body.delivery).toMatchObject({ state: 'delivered', attempts: 4, nextAttemptAt: null });
  expect(elsewhere.heard).toEqual([]);
  await elsewhere.stop();
});

test('after the last attempt it is dead, and a replay sends it under the same name', async () => {
  await sold();
  await heard(1, 'transaction.captured');
  receiver.manners.push(...new Array<number>(MAX_ATTEMPTS).fill(503));
  await sold();
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    await heard(1 + attempt, 'transaction.captured');
    await soon(async () => {
      await hurry();
      return receiver.of('transaction.captured').length;
    }).toBeGreaterThan(1 + attempt);
  }
  await soon(async () => (await deliveries('?state=dead')).length).toBe(1);
  const [{ eventId, attempts }] = await deliveries('?state=dead');
  expect(attempts).toBe(MAX_ATTEMPTS);
  const replay = (body: object) => merchant.post(`/v1/webhooks/${endpointId}/replay`, body);
  expect((await replay({ eventId })).body).toEqual({ events: 1 });
  await soon(async () => (await deliveries('?state=delivered')).length).toBe(2);
  expect(receiver.heard.at(-1)?.id).toBe(eventId);
  const before = receiver.heard.length;
  expect((await replay({ since: '2020-01-01T00:00:00Z' })).body).toEqual({ events: 2 });
  await soon(() => receiver.heard.length).toBe(before + 2);
  expect((await replay({ since: '2100-01-01T00:00:00Z' })).body).toEqual({ events: 0 });
  const unknown = { eventId: `evt_${'0'.repeat(32)}` };
  expect((await replay(unknown)).status).toBe(404);
});

test('a new secret signs beside the one of before until that has ended', async () => {
  const old = await secretOf();
  const rotate = (overlapHours: number) =>
    merchant.post(`/v1/webhooks/${endpointId}/secret/rotate`, { overlapHours });
  expect((await rotate(1)).body.previousSecretUntil).toMatch(/Z$/);
  const next = await secretOf();
  expect(next).not.toBe(old);
  await merchant.post(`/v1/webhooks/${endpointId}/test`, {});
  await heard(1, 'webhook.test');
  const [both] = receiver.of('webhook.test');
  expect(both && [await isSignedBy(both, old), await isSignedBy(both, next)]).toEqual([true, true]);
  expect(both?.signatures).toHaveLength(2);
  await rotate(0);
  await merchant.post(`/v1/webhooks/${endpointId}/test`, {});
  await heard(2, 'webhook.test');
  const last = receiver.of('webhook.test')[1];
  expect(last && (await isSignedBy(last, next))).toBe(false);
  expect(last && (await isSignedBy(last, await secretOf()))).toBe(true);
});

test('a merchant is told and shown its own alone, of the types it asked for', async () => {
  const theirs = await foreigner.post('/v1/webhooks', { url: receiver.url });
  const all = await Receiver.start();
  const ours = await operator.post('/v1/webhooks', { url: all.url });
  const only = { url: receiver.url, eventTypes: ['transaction.reversed'] };
  const picky = await merchant.post('/v1/webhooks', only);
  await sold();
  await heard(1, 'transaction.captured');
  await soon(() => all.of('transaction.captured').length).toBe(1);
  expect((await merchant.get('/v1/webhooks')).body.endpoints).toHaveLength(2);
  for (const route of ['', '/deliveries', `/deliveries/evt_${'0'.repeat(32)}`]) {
    const read = await foreigner.get(`/v1/webhooks/${endpointId}${route}`);
    expect(read.status, route).toBe(404);
  }
  for (const [route, body] of [
    ...[['secret', {}] as const, ['secret/rotate', {}] as const, ['test', {}] as const],
    ...[['replay', { since: '2020-01-01T00:00:00Z' }] as const],
    ...[['enabled', { isEnabled: false }] as const],
  ]) {
    const answer = await foreigner.post(`/v1/webhooks/${endpointId}/${route}`, body);
    expect(answer.status, route).toBe(404);
  }
  expect((await foreigner.delete(`/v1/webhooks/${endpointId}`)).status).toBe(404);
  const listed = await foreigner.get('/v1/webhooks');
  expect(listed.body.endpoints).toMatchObject([{ endpointId: theirs.body.endpointId }]);
  expect((await operator.get('/v1/webhooks')).body.endpoints).toHaveLength(4);
  for (const [client, each] of [
    [foreigner, theirs],
    [merchant, picky],
  ] as const) {
    const route = `/v1/webhooks/${each.body.endpointId}`;
    expect((await client.get(`${route}/deliveries`)).body.deliveries).toEqual([]);
    expect((await client.delete(route)).status).toBe(200);
  }
  expect((await operator.delete(`/v1/webhooks/${ours.body.endpointId}`)).status).toBe(200);
  await all.stop();
});

test('events wait while an endpoint is disabled, also by its own 410', async () => {
  receiver.manners.push(410);
  await sold();
  await heard(1, 'transaction.captured');
  const disabled = async () => (await merchant.get('/v1/webhooks')).body.endpoints[0].disabled;
  await soon(disabled).toMatchObject({ why: 'gone' });
  await sold();
  await hurry();
  const enable = (isEnabled: boolean) =>
    merchant.post(`/v1/webhooks/${endpointId}/enabled`, { isEnabled });
  expect(receiver.heard).toHaveLength(1);
  expect((await enable(false)).body.disabled).toMatchObject({ why: 'operator' });
  expect((await enable(true)).body.disabled).toBeNull();
  await hurry();
  await heard(3, 'transaction.captured');
});

test('it goes nowhere that is private', async () => {
  for (const url of ['https://10.0.0.1/', 'http://shop.example/', 'https://169.254.169.254/']) {
    const refused = await merchant.post('/v1/webhooks', { url });
    expect(refused, url).toMatchObject({ status: 422, body: { kind: 'refused' } });
  }
  // One that was taken when the rules were others.
  await sql`update webhook_endpoints set url = 'https://192.168.7.7/'`.execute(cloud.db);
  await merchant.post(`/v1/webhooks/${endpointId}/test`, {});
  await soon(async () => (await deliveries())[0].attempts).toBe(1);
  const [{ eventId }] = await deliveries();
  const { body } = await merchant.get(`/v1/webhooks/${endpointId}/deliveries/${eventId}`);
  expect(body.attempts).toMatchObject([{ outcome: 'refused-address' }]);
});

test('without an endpoint nothing is kept, and no secret is in the database in clear', async () => {
  const count = async () =>
    (
      await sql<{ n: number }>`select cast(count(*) as integer) n from webhook_events`.execute(
        cloud.db,
      )
    ).rows[0]?.n;
  const { rows } = await sql<{ secret_block: string }>`
    select secret_block from webhook_endpoints`.execute(cloud.db);
  const secret = Buffer.from((await secretOf()).slice(6), 'base64');
  expect(JSON.stringify(rows).toLowerCase()).not.toContain(secret.toString('hex'));
  await merchant.delete(`/v1/webhooks/${endpointId}`);
  const before = await count();
  await sold();
  expect(await count()).toBe(before);
});

test('every answer was as the document says', async () => {
  const document = (await operator.get('/v1/openapi.json')).body;
  const exchanges = [operator, merchant, foreigner].flatMap((client) => client.exchanges);
  expect(breachesOf(document, exchanges)).toEqual([]);
});
