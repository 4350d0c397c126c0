import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import {
  buildNetworkManagement,
  type NETWORK_CODES,
} from '#kernel/transaction/follow-up-messages.ts';
import { expireHolds } from '../acquirer/expire-holds.ts';
import { resolveUnknowns } from '../acquirer/resolve-unknown.ts';
import { revokeTerminal } from '../acquirer/terminal-registry.ts';
import type { Sale, SaleOptions, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { ApiClient } from '../api/api-client.fixture.ts';
import { addEvidence, openDispute, ruleDispute } from '../disputes/disputes.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { actingAs, CLOUD_ITSELF } from './actor.ts';
import { OPERATOR_SHARD, verifyAudit } from './audit-log.ts';

const TERMINAL = '10000001';
const NOW = new Date();
let cloud: RunningCloud;
let terminal: TestTerminal;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

interface Entry {
  readonly act: string;
  readonly by?: string;
  readonly at: string;
}

/** The entries that `work` adds to a chain. */
async function entriesOf(shard: string, work: () => Promise<unknown>): Promise<readonly Entry[]> {
  const read = async () =>
    (
      await cloud.db
        .selectFrom('audit_log')
        .select('entry')
        .where('shard', '=', shard)
        .orderBy('sequence')
        .execute()
    ).map(({ entry }): Entry => JSON.parse(entry));
  const before = await read();
  await work();
  return (await read()).slice(before.length);
}

const asTester = (work: () => Promise<unknown>) => () => actingAs('user tester', work);
const send = async (bytes: Uint8Array, timeoutMs?: number) => {
  const answer = await terminal.exchange(bytes, timeoutMs);
  return answer && terminal.open(answer).fields[39];
};
const manage = (code: keyof typeof NETWORK_CODES) =>
  send(terminal.seal(buildNetworkManagement(code, terminal.file, terminal.trace())));
async function sell(options: SaleOptions = {}): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm', ...options });
  expect(await send(sale.bytes)).toBe('00');
  return sale;
}

test('a cloud that starts writes down what it set up, and what decides', async () => {
  const acts = (await verified()).filter(({ by }) => by === CLOUD_ITSELF).map(({ act }) => act);
  expect(acts.slice(0, 4).sort()).toEqual([
    ...['accounts-opened', 'api-key-added', 'scorers-live', 'terminal-enrolled'],
  ]);
});

/** The operators' chain, which is sound as all are. */
async function verified(): Promise<readonly Entry[]> {
  expect((await verifyAudit(cloud.db)).broken).toEqual([]);
  const rows = await cloud.db
    .selectFrom('audit_log')
    .select('entry')
    .where('shard', '=', OPERATOR_SHARD)
    .orderBy('sequence')
    .execute();
  return rows.map(({ entry }) => JSON.parse(entry));
}

test('enrolling, revoking and an account’s rules are written down with who did it', async () => {
  const by = 'user tester';
  const card = await cloud.card('everyday');
  const entries = await entriesOf(
    OPERATOR_SHARD,
    asTester(async () => {
      await cloud.enrol('10000002');
      await revokeTerminal(cloud.db, '10000002', NOW);
      await cloud.configure(card, { paymentLimitMinor: 1_000_000n });
    }),
  );
  expect(entries).toMatchObject([
    { act: 'terminal-enrolled', by },
    { act: 'terminal-revoked', by },
    { act: 'account-configured', by },
  ]);
});

test('a dispute and its ruling name who did it, in the terminal’s chain', async () => {
  const sale = await sell();
  const { 11: stan, 7: transmittedAt } = sale.message.fields;
  const payment = {
    ...{ terminalId: TERMINAL, stan: String(stan), transmittedAt: String(transmittedAt) },
  };
  const name = { terminalId: TERMINAL, disputeId: 'd-1' };
  const by = 'user tester';
  const entries = await entriesOf(
    TERMINAL,
    asTester(async () => {
      await openDispute(cloud.db, { ...name, payment, reasonCode: '13.1' }, NOW);
      await addEvidence(cloud.db, name, { kind: 'receipt', content: 'signed' }, NOW);
      await ruleDispute(cloud.db, name, 'lost', NOW);
    }),
  );
  expect(entries).toMatchObject([
    { act: 'dispute', by },
    { act: 'evidence-added', by },
    { act: 'lose-dispute', by },
  ]);
});

test('what a terminal does is in its chain, and nobody else is named for it', async () => {
  const entries = await entriesOf(TERMINAL, async () => {
    await sell();
    await manage('signOff');
    await manage('signOn');
  });
  expect(entries.map(({ act, by }) => [act, by])).toEqual([
    ['purchase', undefined],
    ['signOff', undefined],
    ['signOn', undefined],
  ]);
});

test('what the cloud ends by itself names the cloud', async () => {
  await sell({ kind: 'preauthorisation' });
  const later = new Date(NOW.getTime() + 8 * 86_400_000);
  const entries = await entriesOf(TERMINAL, async () => {
    await expireHolds(cloud.db, later);
    await resolveUnknowns(cloud.db, later);
  });
  expect(entries).toMatchObject([{ act: 'expire', by: CLOUD_ITSELF }]);
});

test('what is done by the API names the key, not the key’s secret', async () => {
  const { operatorKey } = JSON.parse(await readFile(path.join(cloud.dataDir, 'api.json'), 'utf8'));
  const by = String(operatorKey).slice('tessera_'.length, 'tessera_'.length + 16);
  const client = await ApiClient.operator(cloud);
  const key = { name: 'Shop', merchantId: 'TESSERA00000001', scopes: ['transactions:read'] };
  let keyId = '';
  const entries = await entriesOf(OPERATOR_SHARD, async () => {
    const added = await client.post('/v1/keys', key);
    keyId = added.body.keyId;
    await client.delete(`/v1/keys/${keyId}`);
  });
  expect(entries).toMatchObject([
    { act: 'api-request', by, method: 'POST', path: '/v1/keys' },
    { act: 'api-key-added', by, keyId },
    { act: 'api-request', by, method: 'DELETE', path: `/v1/keys/${keyId}` },
    { act: 'api-key-revoked', by, keyId },
  ]);
  expect(JSON.stringify(await verified())).not.toContain(String(operatorKey).slice(-43));
});

test('a new MAC key is written down when it is sent, and when it is first used', async () => {
  const entries = await entriesOf(TERMINAL, async () => {
    const change = buildNetworkManagement('keyChange', terminal.file, terminal.trace());
    const { 62: block } = terminal.open(await terminal.exchange(terminal.seal(change))).fields;
    const transportKey = new SecretKey(hex(terminal.file.transportKeyHex ?? ''));
    terminal.macKey = expectOk(unwrapKeyBlock(transportKey, String(block))).key;
    await manage('signOn');
  });
  expect(entries.map(({ act }) => act)).toEqual(['keyChange', 'mac-key-in-use', 'signOn']);
});

test('every act that the code writes down is named in docs/HOST.md', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const documented = readFileSync(path.join(root, 'docs/HOST.md'), 'utf8');
  const sources = globSync('cloud/**/*.ts', { cwd: root }).filter(
    (file) => !/\.(test|fixture)\.ts$/.test(file),
  );
  const acts = sources.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return [...text.matchAll(/\bact: '([\w-]+)'/g)].map(([, act = '']) => act);
  });
  expect(acts).toContain('terminal-revoked');
  expect(acts.filter((act) => !documented.includes(`\`${act}\``))).toEqual([]);
});
