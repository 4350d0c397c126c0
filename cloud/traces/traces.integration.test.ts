import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../api/api-client.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

/** A collector: what is posted to `/v1/traces`, as JSON of OTLP. */
const bodies: string[] = [];
const collector = createServer(async (request, answer) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/v1/traces') bodies.push(body);
  answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
const spans = (): readonly Span[] =>
  bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
      resource.scopeSpans.flatMap((scope) => scope.spans),
    ),
  );

/** However busy the machine. */
const LONG = { timeout: 15_000 };

let cloud: RunningCloud;
beforeAll(async () => {
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`;
  cloud = await RunningCloud.start({}, {}, { endpoint, flushEveryMs: 100 });
});
afterAll(async () => {
  await cloud?.stop();
  collector.closeAllConnections();
  collector.close();
});

test('a payment is a trace of its verification, scoring and commit', async () => {
  const terminal = await cloud.connect();
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { verification: 'cdcvm' });
  expect(terminal.open(await terminal.exchange(sale.bytes)).fields[39]).toBe('00');
  await expect.poll(() => spans().some(({ name }) => name === 'authorisation'), LONG).toBe(true);
  const whole = spans().find(({ name }) => name === 'authorisation');
  if (!whole) throw new Error('no span');
  const parts = spans().filter(({ parentSpanId }) => parentSpanId === whole.spanId);
  expect(parts.map(({ name }) => name)).toEqual(['account', 'verification', 'scoring', 'commit']);
  let last = BigInt(whole.startTimeUnixNano);
  for (const { name, traceId, startTimeUnixNano: start, endTimeUnixNano: end } of parts) {
    expect(traceId).toBe(whole.traceId);
    // Milliseconds are not exact as binary fractions.
    expect(BigInt(start) + 2_000n, name).toBeGreaterThanOrEqual(last);
    expect(BigInt(end), name).toBeGreaterThan(BigInt(start));
    last = BigInt(end);
  }
  expect(BigInt(whole.endTimeUnixNano) + 2_000n).toBeGreaterThanOrEqual(last);
  const attributes = Object.fromEntries(whole.attributes.map(({ key, value }) => [key, value]));
  expect(attributes).toMatchObject({
    'tessera.kind': { stringValue: 'purchase' },
    'tessera.response_code': { stringValue: '00' },
    'tessera.stan': { stringValue: String(sale.message.fields[11]) },
  });
  const { card_token } = await cloud.db
    .selectFrom('transactions')
    .select('card_token')
    .executeTakeFirstOrThrow();
  for (const secret of [card.profile.pan, card_token ?? 'none']) {
    expect(bodies.join()).not.toContain(secret);
  }
});

test('a request of the API goes on with the trace that it came with', async () => {
  const operator = await ApiClient.operator(cloud);
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const send = (flags: string, route: string) =>
    operator.send('GET', route, undefined, { traceparent: `00-${traceId}-${spanId}-${flags}` });
  await send('00', '/v1/terminals');
  await send('01', '/v1/keys?secret=1');
  await operator.send('GET', '/v1/models', undefined, { traceparent: 'nonsense' });
  await expect.poll(() => spans().some(({ name }) => name === 'GET /v1/models'), LONG).toBe(true);
  expect(spans().find(({ name }) => name === 'GET /v1/keys')).toMatchObject({
    ...{ traceId, parentSpanId: spanId },
  });
  expect(spans().find(({ name }) => name === 'GET /v1/models')?.traceId).not.toBe(traceId);
  expect(spans().some(({ name }) => name === 'GET /v1/terminals')).toBe(false);
  expect(bodies.join()).not.toContain('secret=1');
});
