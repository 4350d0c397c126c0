import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startApi } from '#cloud/api/api.ts';
import { Metrics } from '#cloud/api/metrics.ts';
import { defaultScorers } from '#cloud/scoring/scorers.fixture.ts';
import { openDatabase } from '#cloud/store/database.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { type ApiDocument, writeApiTypes } from './api-types.ts';

const root = path.resolve(import.meta.dirname, '..');

/** What the operations page asks for. */
const ROUTES = [
  'GET /v1/operations/session',
  'GET /v1/operations/overview',
  'GET /v1/transactions',
  'GET /v1/transactions/{terminalId}/{transmittedAt}/{stan}',
  'POST /v1/audit/verify',
  'GET /v1/ledger/verify',
];

/** The document of the API, which needs no database to tell it. */
async function readDocument(): Promise<ApiDocument> {
  const db = openDatabase('postgres://nobody@127.0.0.1:1/none');
  const api = await startApi({
    ...{ db, host: '127.0.0.1', port: 0, dataDir: root, metrics: new Metrics() },
    acquirer: { port: 0, isListening: () => false },
    scorers: defaultScorers(),
    webhookTargets: { allowsLoopback: false },
    keyProtectionKey: new SecretKey(new Uint8Array(32)),
    now: () => new Date(),
    record: () => undefined,
  });
  try {
    const answer = await fetch(`http://127.0.0.1:${api.port}/v1/openapi.json`);
    return (await answer.json()) as ApiDocument;
  } finally {
    await api.stop();
    await db.destroy();
  }
}

test('the operations page knows the answers of the API as they are', async () => {
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
  const text = execFileSync(
    process.execPath,
    [biome, 'format', '--stdin-file-path=renderer/operations/api-types.ts'],
    { input: writeApiTypes(await readDocument(), ROUTES), cwd: root, encoding: 'utf8' },
  );
  await expect(text).toMatchFileSnapshot('../renderer/operations/api-types.ts');
});

test('a route that is gone is said', () => {
  expect(() => writeApiTypes({ paths: {} }, ['GET /v1/none'])).toThrow('GET /v1/none');
});
