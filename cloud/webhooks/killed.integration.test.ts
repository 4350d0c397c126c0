import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCard, readTerminalFile, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { ApiClient } from '../api/api-client.fixture.ts';
import { ForkedCloud, type Ready } from '../forked-cloud.fixture.ts';
import { Receiver } from './receiver.fixture.ts';

const ARGS = ['--webhooks-to-loopback', '--webhook-timeout-ms', '1500'];

let dataDir: string;
let receiver: Receiver;
let running: ForkedCloud;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-webhooks-'));
  receiver = await Receiver.start();
  running = new ForkedCloud(dataDir, ARGS);
});
afterEach(async () => {
  await running.end('SIGTERM');
  await receiver.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function operatorOf({ apiPort }: Ready): Promise<ApiClient> {
  const { operatorKey } = JSON.parse(await readFile(path.join(dataDir, 'api.json'), 'utf8'));
  return new ApiClient(`http://127.0.0.1:${apiPort}`, operatorKey);
}

async function sell({ enrolmentDir }: Ready, times: number): Promise<readonly string[]> {
  const terminal = await TestTerminal.connect(await readTerminalFile(enrolmentDir));
  const card = await readCard(enrolmentDir, 'everyday');
  const stans: string[] = [];
  for (let i = 0; i < times; i++) {
    const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
    expect(terminal.open(await terminal.exchange(sale.bytes)).fields[39]).toBe('00');
    stans.push(String(sale.message.fields[11]));
  }
  terminal.close();
  return stans;
}

test('killed between commit and sending, or while it sends, it loses nothing', async () => {
  const ready = await running.started();
  const added = await (await operatorOf(ready)).post('/v1/webhooks', { url: receiver.url });
  expect(added.status).toBe(201);
  // The first ones are taken and not answered; the others are committed and nothing more.
  receiver.manners.push(...new Array<'never'>(40).fill('never'));
  const stans = await sell(ready, 12);
  await running.end('SIGKILL');
  const before = receiver.heard.length;
  receiver.manners.length = 0;
  running = new ForkedCloud(dataDir, ARGS);
  await running.started();
  const taken = () => new Set(receiver.heard.slice(before).map(({ event }) => event.data.stan));
  await expect.poll(() => stans.every((stan) => taken().has(stan)), { timeout: 25_000 }).toBe(true);
  const idsOf = (stan: string) =>
    new Set(receiver.heard.filter(({ event }) => event.data.stan === stan).map(({ id }) => id));
  for (const stan of stans) expect(idsOf(stan).size, stan).toBe(1);
}, 60_000);
