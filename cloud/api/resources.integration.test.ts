import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildReconciliation } from '#kernel/transaction/follow-up-messages.ts';
import { type Sale, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { replayStored } from '../scoring/decision-store.ts';
import { modelTextOf } from '../scoring/scorers.fixture.ts';
import { ApiClient } from './api-client.fixture.ts';
import { breachesOf } from './contract.fixture.ts';
import { MERCHANT_SCOPES } from './scopes.ts';

let folder: string;
let cloud: RunningCloud;
let operator: ApiClient;
let merchant: ApiClient;
let foreigner: ApiClient;
let terminal: TestTerminal;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-model-'));
  const model = path.join(folder, 'model.json');
  await writeFile(model, modelTextOf(1_000_000_000));
  cloud = await RunningCloud.start({ model });
  operator = await ApiClient.operator(cloud);
  merchant = await operator.merchant(cloud, MERCHANT_SCOPES);
  foreigner = await operator.merchant(cloud, MERCHANT_SCOPES, { merchantId: 'ANOTHERSHOP0001' });
  terminal = await cloud.connect();
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

const send = async (bytes: Uint8Array) => terminal.open(await terminal.exchange(bytes)).fields[39];

async function sold(amountMinor: bigint): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
  expect(await send(sale.bytes)).toBe('00');
  return sale;
}

const nameOf = (sale: Sale) => ({
  terminalId: terminal.file.terminalId,
  stan: String(sale.message.fields[11]),
  transmittedAt: String(sale.message.fields[7]),
});
const routeOf = (sale: Sale) => {
  const { terminalId, stan, transmittedAt } = nameOf(sale);
  return `/v1/transactions/${terminalId}/${transmittedAt}/${stan}`;
};

test('payments are listed page by page, each once, the newest first', async () => {
  for (let i = 1; i <= 7; i++) await sold(BigInt(i) * 100n);
  const amounts: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const { status, body } = await merchant.get(`/v1/transactions?limit=3${cursor}`);
    expect(status).toBe(200);
    amounts.push(...body.transactions.map((each: { amountMinor: string }) => each.amountMinor));
    next = body.nextCursor;
  }
  expect(amounts).toEqual(['700', '600', '500', '400', '300', '200', '100']);
});

test('they are filtered and searched', async () => {
  const sale = await sold(4_200n);
  expect(await send(terminal.reversal(sale))).toBe('00');
  const listed = async (query: string, client = merchant) => {
    const { status, body } = await client.get(`/v1/transactions?${query}`);
    expect(status, query).toBe(200);
    return body.transactions as { amountMinor: string; stan: string; maskedPan: string }[];
  };
  expect(await listed('state=reversed')).toMatchObject([{ amountMinor: '4200' }]);
  const { stan } = nameOf(sale);
  expect(await listed(`search=${stan}`)).toMatchObject([{ stan }]);
  const all = await listed('');
  const last4 = all[0]?.maskedPan.slice(-4);
  expect(await listed(`search=${last4}`)).toHaveLength(all.length);
  expect(await listed('until=2020-01-01T00:00:00Z')).toEqual([]);
  expect(await listed('terminalId=99999999')).toEqual([]);
  expect(await listed('', foreigner)).toEqual([]);
  expect(await listed('', operator)).toHaveLength(all.length);
  for (const query of [
    ...['limit=0', 'limit=201', 'state=gone', 'cursor=AAAA', 'cursor=%00', 'from=yesterday'],
    ...['__proto__=1', 'state=captured&state=voided', "search='%20or%201=1", 'more=1'],
  ]) {
    expect((await merchant.get(`/v1/transactions?${query}`)).status, query).toBe(400);
  }
});

test('one payment is told whole, to its merchant alone', async () => {
  const sale = await sold(1_000n);
  expect(await send(terminal.followUp('refund', sale, 300n).bytes)).toBe('00');
  const { status, body } = await merchant.get(routeOf(sale));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    transaction: { state: 'captured', capturedMinor: '1000', refundedMinor: '300' },
    messages: [{ kind: 'refund', amountMinor: '300' }],
    decision: { features: { amountMinor: 1_000 }, result: { tier: expect.any(String) } },
    bookings: [{ amountMinor: '1000' }, { amountMinor: '300' }],
    audit: [{ act: 'purchase' }, { act: 'refund' }],
    disputes: [],
  });
  expect(Object.values(body.decision.meanings)).not.toContain('');
  expect(body.bookings[0].debitAccount).toMatch(/^card:[0-9a-f]{8}…$/);
  expect((await foreigner.get(routeOf(sale))).status).toBe(404);
  expect((await operator.get(routeOf(sale))).status).toBe(200);
});

test('a dispute is opened, answered and ruled on', async () => {
  const sale = await sold(900n);
  const dispute = { ...nameOf(sale), disputeId: 'case-1', reasonCode: '13.1' };
  const { terminalId } = dispute;
  expect((await merchant.post('/v1/disputes', dispute)).status).toBe(403);
  expect((await operator.post('/v1/disputes', dispute)).status).toBe(201);
  expect((await operator.post('/v1/disputes', dispute)).status).toBe(201);
  const other = { ...dispute, reasonCode: '10.4' };
  expect(await operator.post('/v1/disputes', other)).toMatchObject({ body: { kind: 'conflict' } });
  const lost = { ...dispute, disputeId: 'case-2', stan: '999999' };
  expect(await operator.post('/v1/disputes', lost)).toMatchObject({ body: { kind: 'not-found' } });
  const evidence = `/v1/disputes/${terminalId}/case-1/evidence`;
  const delivered = { kind: 'delivery-note', content: 'Handed over on 2026-07-04' };
  expect((await foreigner.post(evidence, delivered)).status).toBe(404);
  expect((await merchant.post(evidence, delivered)).status).toBe(201);
  const withPan = { kind: 'receipt', content: 'card 4111 1111 1111 1111' };
  expect(await merchant.post(evidence, withPan)).toMatchObject({ body: { kind: 'refused' } });
  expect(await merchant.get('/v1/disputes?state=open')).toMatchObject({
    body: { disputes: [{ disputeId: 'case-1', state: 'open' }], nextCursor: null },
  });
  expect((await foreigner.get('/v1/disputes')).body.disputes).toEqual([]);
  const ruling = `/v1/disputes/${terminalId}/case-1/ruling`;
  for (const outcome of ['lost', 'lost']) {
    expect((await operator.post(ruling, { outcome })).status).toBe(200);
  }
  expect(await operator.post(ruling, { outcome: 'won' })).toMatchObject({
    body: { kind: 'refused', at: 'ruled' },
  });
  expect((await merchant.post(evidence, delivered)).body).toMatchObject({ at: 'ruled' });
  const { body } = await merchant.get(routeOf(sale));
  expect(body).toMatchObject({
    transaction: { state: 'charged-back', chargedBackMinor: '900' },
    disputes: [{ disputeId: 'case-1', state: 'lost' }],
  });
});

test('a batch is listed with what is in it, and compared with the bank', async () => {
  const empty = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n };
  const advice = buildReconciliation(
    '0520',
    { ...empty, currency: '978' },
    terminal.file,
    terminal.trace(),
  );
  expect(await send(terminal.seal(advice))).toBe('00');
  const { body } = await merchant.get('/v1/settlements');
  const [batch] = body.batches;
  expect(batch).toMatchObject({ batchNumber: 1, currency: '978', agrees: false });
  expect((await foreigner.get('/v1/settlements')).body.batches).toEqual([]);
  const route = `/v1/settlements/${batch.terminalId}/978/1`;
  const one = await merchant.get(route);
  expect(one.body.transactions.length).toBeGreaterThan(5);
  expect((await foreigner.get(route)).status).toBe(404);
  const net = BigInt(batch.host.debitsMinor) - BigInt(batch.host.creditsMinor);
  const header = 'terminal,batch,currency,direction,amount\n';
  const compare = (amount: bigint) =>
    operator.post('/v1/settlements/compare', {
      bankFile: `${header}${batch.terminalId},1,978,CRDT,${amount}\n`,
    });
  const kinds = async (amount: bigint) =>
    (await compare(amount)).body.differences.map((each: { kind: string }) => each.kind);
  expect(await kinds(net)).toEqual(['totals-differ']);
  expect(await kinds(net - 1n)).toContain('paid-amount-differs');
  const bad = await operator.post('/v1/settlements/compare', { bankFile: `${header}x\n` });
  expect(bad.body).toMatchObject({ kind: 'invalid-request', at: 'bankFile: bad-columns at 2' });
});

test('a terminal is enrolled, works, and is revoked', async () => {
  const fresh = {
    ...{ terminalId: '10000077', merchantId: 'ANOTHERSHOP0001' },
    ...{ merchantName: 'Another', merchantAddress: '1 High Street' },
  };
  const answer = await operator.post('/v1/terminals', fresh);
  expect(answer.status).toBe(201);
  expect((await operator.post('/v1/terminals', fresh)).body).toMatchObject({ kind: 'conflict' });
  const text = await readFile(path.join(cloud.dataDir, answer.body.file), 'utf8');
  const other = await TestTerminal.connect(JSON.parse(text));
  const sale = other.sale(await cloud.card('everyday'), { verification: 'cdcvm' });
  expect(other.open(await other.exchange(sale.bytes)).fields[39]).toBe('00');
  const idsOf = async (client: ApiClient) =>
    (await client.get('/v1/terminals')).body.terminals.map(
      (each: { terminalId: string }) => each.terminalId,
    );
  expect(await idsOf(foreigner)).toEqual(['10000077']);
  expect(await idsOf(merchant)).toEqual(['10000001']);
  expect((await operator.delete('/v1/terminals/10000077')).status).toBe(200);
  expect((await operator.delete('/v1/terminals/10000077')).status).toBe(404);
  await expect
    .poll(async () => (await other.exchange(sale.bytes, 300)) === undefined, { timeout: 5_000 })
    .toBe(true);
  other.close();
});

test('rules are read, and new ones tried on the past', async () => {
  const { body } = await operator.get('/v1/rules');
  expect(body.rules).toMatchObject([{ role: 'deciding', rules: { format: 'tessera-rules-1' } }]);
  const [{ rules }] = body.rules;
  const same = await operator.post('/v1/rules/simulate', { rules });
  expect(same.body).toMatchObject({ changes: {}, payments: expect.any(Number) });
  expect(same.body.payments).toBeGreaterThan(8);
  const strict = { ...rules, tiers: { medium: 0, high: 0, refuse: 0 } };
  const refused = await operator.post('/v1/rules/simulate', { rules: strict });
  expect(refused.body.after).toMatchObject({ passed: 0, refused: same.body.payments });
  const broken = await operator.post('/v1/rules/simulate', { rules: { ...rules, more: 1 } });
  expect(broken.body).toMatchObject({ kind: 'invalid-request', at: 'rules.more: unknown-key' });
});

test('new rules are watched beside those that decide, until they are withdrawn', async () => {
  const { rules } = (await operator.get('/v1/rules')).body.rules[0];
  const strict = { ...rules, tiers: { medium: 0, high: 0, refuse: 0 } };
  const route = '/v1/rules/challenger';
  expect((await merchant.post(route, { rules: strict })).status).toBe(403);
  const bad = await operator.post(route, { rules: { ...rules, tiers: 1 } });
  expect(bad.body).toMatchObject({ kind: 'invalid-request', at: expect.stringMatching(/^rules/) });
  const { status, body } = await operator.post(route, { rules: strict });
  expect(status).toBe(201);
  const inUse = async () => (await operator.get('/v1/rules')).body.rules;
  await expect.poll(inUse, { timeout: 10_000 }).toMatchObject([
    { role: 'deciding', rules },
    { role: 'challenger', digest: body.digest, rules: strict },
  ]);
  const watched = await sold(1_100n);
  const { decision } = (await merchant.get(routeOf(watched))).body;
  expect(decision.challengerResult).toMatchObject({ requiredMethod: 'refuse' });
  expect(decision.modelDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(await operator.delete(route)).toMatchObject({ status: 200, body: { challenger: null } });
  await expect.poll(inUse, { timeout: 10_000 }).toMatchObject([{ role: 'deciding', rules }]);
  const alone = await sold(1_200n);
  expect((await merchant.get(routeOf(alone))).body.decision.challengerResult).toBeNull();
  const replayed = await replayStored(cloud.db);
  expect(replayed).toMatchObject({ faults: [] });
});

test('models have a card, and payments a drift', async () => {
  const { models } = (await operator.get('/v1/models')).body;
  expect(models).toMatchObject([{ role: 'deciding', lengthCharacters: expect.any(Number) }]);
  const { card } = (await operator.get(`/v1/models/${models[0].digest}/card`)).body;
  expect(card).toContain(models[0].digest);
  expect((await operator.get(`/v1/models/${'0'.repeat(64)}/card`)).status).toBe(404);
  const sale = await sold(1_300n);
  const since = (await merchant.get(routeOf(sale))).body.transaction.receivedAt;
  await sold(19_000n);
  const drift = await operator.get(`/v1/models/drift?since=${since}`);
  expect(drift.body).toMatchObject({ current: 2, reference: expect.any(Number) });
  expect(drift.body.features.length).toBeGreaterThan(20);
  const early = await operator.get('/v1/models/drift?since=2020-01-01T00:00:00Z');
  expect(early).toMatchObject({ status: 422, body: { kind: 'refused' } });
});

test('what is created with an Idempotency-Key is created once', async () => {
  const sale = await sold(700n);
  const { terminalId } = nameOf(sale);
  const dispute = { ...nameOf(sale), disputeId: 'case-once', reasonCode: '13.1' };
  expect((await operator.post('/v1/disputes', dispute)).status).toBe(201);
  const evidence = `/v1/disputes/${terminalId}/case-once/evidence`;
  const first = JSON.stringify({ kind: 'note', content: 'Seen' });
  const add = (body: string, key: string, client = merchant) =>
    client.send('POST', evidence, body, { 'idempotency-key': key });
  const answers = await Promise.all(Array.from({ length: 6 }, () => add(first, 'once-1')));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const isReplayed = answers.map(({ headers }) => headers.get('idempotent-replayed') === 'true');
  expect(isReplayed.filter((each) => each)).toHaveLength(5);
  const other = JSON.stringify({ kind: 'note', content: 'Not seen' });
  expect(await add(other, 'once-1')).toMatchObject({
    ...{ status: 422, body: { kind: 'idempotency-key-reused' } },
  });
  expect((await add(first, 'once-1', operator)).status).toBe(201);
  const withPan = JSON.stringify({ kind: 'note', content: '4111111111111111' });
  expect((await add(withPan, 'once-2')).status).toBe(422);
  expect((await add(other, 'once-2')).status).toBe(201);
  expect((await add(other, 'ü')).body).toMatchObject({ at: 'headers.Idempotency-Key' });
  const { body } = await merchant.get(`/v1/disputes/${terminalId}/case-once`);
  expect(body.dispute).toMatchObject({ disputeId: 'case-once', state: 'open' });
  expect(body.evidence).toMatchObject([
    { sequence: 1, kind: 'note', content: 'Seen' },
    { sequence: 2, content: 'Seen' },
    { sequence: 3, content: 'Not seen' },
  ]);
  expect((await foreigner.get(`/v1/disputes/${terminalId}/case-once`)).status).toBe(404);
  const key = { name: 'Twice', merchantId: 'TESSERA00000001', scopes: ['terminals:read'] };
  const keys = await Promise.all(
    [1, 2].map(() =>
      operator.send('POST', '/v1/keys', JSON.stringify(key), { 'idempotency-key': 'k' }),
    ),
  );
  expect(keys[0]?.body.keyId).toBe(keys[1]?.body.keyId);
});

test('audit log and ledger are verified, also against a head of another time', async () => {
  const { body } = await operator.post('/v1/audit/verify', {});
  expect(body).toMatchObject({ isSound: true, broken: [] });
  const [head] = body.heads;
  expect((await operator.post('/v1/audit/verify', { heads: [head] })).body.isSound).toBe(true);
  const forged = { ...head, hash: '0'.repeat(64) };
  expect((await operator.post('/v1/audit/verify', { heads: [forged] })).body).toMatchObject({
    isSound: false,
    broken: [{ why: 'head-mismatch' }],
  });
  expect((await operator.get('/v1/ledger/verify')).body).toMatchObject({ isSound: true });
});

test('no answer and no line of the log holds a card number or a key', async () => {
  const { profile } = await cloud.card('everyday');
  const said = [operator, merchant, foreigner].flatMap(({ heard }) => heard).join('\n');
  const all = `${said}\n${cloud.lines.join('\n')}`;
  expect(all).toContain(profile.pan.slice(-4));
  const tokens = await cloud.db.selectFrom('cards').select('card_token').execute();
  for (const secret of [
    ...[profile.pan, terminal.file.macKeyHex, 'PRIVATE KEY', 'tessera_', 'mac_key'],
    ...tokens.map(({ card_token }) => card_token),
  ]) {
    expect(all.includes(secret), secret.slice(0, 6)).toBe(false);
  }
});

test('every answer was as the document says', async () => {
  const document = (await operator.get('/v1/openapi.json')).body;
  const exchanges = [operator, merchant, foreigner].flatMap((client) => client.exchanges);
  expect(exchanges.length).toBeGreaterThan(60);
  expect(breachesOf(document, exchanges)).toEqual([]);
});
