import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { listTerminals, revokeTerminal } from './terminal-registry.ts';
import { type TerminalFile, TestTerminal } from './test-terminal.fixture.ts';

let cloud: RunningCloud;
let file: TerminalFile;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  file = await cloud.enrol('10000002');
});
afterAll(() => cloud.stop());

async function sells(terminal: TestTerminal): Promise<boolean> {
  const answer = await terminal.exchange(terminal.sale(await cloud.card('everyday')).bytes, 2_000);
  return answer !== undefined && terminal.open(answer).fields[39] === '00';
}

test('another terminal is enrolled, and listed without its key', async () => {
  const terminal = await TestTerminal.connect(file);
  expect(await sells(terminal)).toBe(true);
  terminal.close();
  const listed = await listTerminals(cloud.db);
  expect(listed.map(({ terminalId }) => terminalId)).toEqual(['10000001', '10000002']);
  expect(JSON.stringify(listed)).not.toContain('mac');
  const [row] = await cloud.db.selectFrom('terminals').select('mac_key_block').execute();
  expect(row?.mac_key_block).toMatch(/^D0112M3TC00N0000[0-9A-F]{96}$/);
});

test('one certificate does not speak for another terminal', async () => {
  const { terminalId, macKeyHex } = await cloud.terminalFile();
  const impostor = await TestTerminal.connect({ ...file, terminalId, macKeyHex });
  expect(await sells(impostor)).toBe(false);
  impostor.close();
});

test('a terminal that was enrolled again is not let in with its old certificate', async () => {
  const old = await cloud.enrol('10000003');
  const renewed = await cloud.enrol('10000003');
  const stranger = await TestTerminal.connect(old).catch(() => undefined);
  expect(await stranger?.next(2_000)).toBeUndefined();
  expect(stranger?.isCut ?? true).toBe(true);
  const terminal = await TestTerminal.connect(renewed);
  expect(await sells(terminal)).toBe(true);
  terminal.close();
});

test('a revoked terminal gets nowhere: not on its open connection, not on a new one', async () => {
  const terminal = await TestTerminal.connect(file, { firstStan: 500 });
  expect(await sells(terminal)).toBe(true);
  expect(await revokeTerminal(cloud.db, '10000002', new Date())).toBe(true);
  expect(await revokeTerminal(cloud.db, '10000002', new Date())).toBe(false);
  await sleep(1_100);
  expect(await sells(terminal)).toBe(false);
  expect(terminal.isCut).toBe(true);
  const again = await TestTerminal.connect(file).catch(() => undefined);
  expect(await again?.next(2_000)).toBeUndefined();
  expect(cloud.lines.slice(-2)).toEqual([
    'cut the connection of 10000002: terminal-revoked',
    'refused a connection: terminal-not-enrolled',
  ]);
  expect(await sells(await cloud.connect())).toBe(true);
});
