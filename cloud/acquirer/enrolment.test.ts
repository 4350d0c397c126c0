import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { openEnrolment } from './enrolment.ts';

const MASTER_KEY = new SecretKey(Uint8Array.from({ length: 16 }, (_, i) => i));
const NOW = new Date('2026-07-04T12:00:00Z');
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-enrolment-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const read = async (name: string) =>
  JSON.parse(await readFile(path.join(dataDir, 'enrolment', name), 'utf8'));

test('the first start makes what terminal and wearables need, for their owner only', async () => {
  const enrolment = await openEnrolment(dataDir, MASTER_KEY, NOW);
  expect(enrolment.rememberedPort).toBeUndefined();
  await enrolment.publish(4711);
  const terminal = await read('terminal.json');
  expect(terminal).toMatchObject({ terminalId: '10000001', host: '127.0.0.1', port: 4711 });
  expect(terminal.merchantId).toHaveLength(15);
  expect(terminal.macKeyHex).toMatch(/^[0-9A-F]{32}$/);
  const wearables = await read('wearables.json');
  expect(wearables.map((each: { wearableId: string }) => each.wearableId)).toEqual([
    ...['everyday', 'empty', 'silent', 'pin'],
  ]);
  for (const { pan } of wearables) expect(pan).toMatch(/^999999\d{10}$/);
  for (const name of ['enrolment/terminal.json', 'enrolment/wearables.json', 'server.json']) {
    expect((await stat(path.join(dataDir, name))).mode & 0o777).toBe(0o600);
  }
  expect(await readdir(path.join(dataDir, 'enrolment'))).toHaveLength(2);
});

test('later starts find the same, but for the port and certificates near their end', async () => {
  await (await openEnrolment(dataDir, MASTER_KEY, NOW)).publish(4711);
  const first = await read('terminal.json');
  const second = await openEnrolment(dataDir, MASTER_KEY, NOW);
  expect(second.rememberedPort).toBe(4711);
  await second.publish(4712);
  expect(await read('terminal.json')).toEqual({ ...first, port: 4712 });

  const year = new Date(NOW.getTime() + 380 * 86_400_000);
  await (await openEnrolment(dataDir, MASTER_KEY, year)).publish(4712);
  const renewed = await read('terminal.json');
  expect(renewed.macKeyHex).toBe(first.macKeyHex);
  expect(renewed.certificatePem).not.toBe(first.certificatePem);
  expect(renewed.caCertificatePem).toBe(first.caCertificatePem);
});

test('a damaged file is named, and what is in it is not quoted', async () => {
  await (await openEnrolment(dataDir, MASTER_KEY, NOW)).publish(4711);
  const file = path.join(dataDir, 'enrolment', 'terminal.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"port": 4711', '"port": "x"'));
  await expect(openEnrolment(dataDir, MASTER_KEY, NOW)).rejects.toThrow(
    'terminal.json is damaged (port)',
  );
  await writeFile(file, '{');
  await expect(openEnrolment(dataDir, MASTER_KEY, NOW)).rejects.toThrow(/damaged/);
});
