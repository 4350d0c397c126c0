import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import { enrolAnother } from '../acquirer/enrolment.ts';
import type { TestCard } from '../acquirer/test-card.fixture.ts';
import {
  readCard,
  readTerminalFile,
  type TerminalFile,
  TestTerminal,
} from '../acquirer/test-terminal.fixture.ts';
import { ForkedCloud, type Ready } from '../forked-cloud.fixture.ts';
import { openDatabase } from '../store/database.ts';
import { openSecrets } from '../store/secrets.ts';

const framing = lengthPrefixed(4096);
let dataDir: string;
let cloud: ForkedCloud;
let ready: Ready;
let honest: TerminalFile;
let hostile: TerminalFile;
let card: TestCard;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-slow-'));
  cloud = new ForkedCloud(dataDir);
  ready = await cloud.started();
  honest = await readTerminalFile(ready.enrolmentDir);
  card = await readCard(ready.enrolmentDir, 'everyday');
  const db = openDatabase(ready.databaseUrl);
  const name = { terminalId: '10000002', merchantId: 'TESSERA00000001', merchantName: 'Shop' };
  hostile = await enrolAnother(
    { dataDir, port: ready.port, db },
    { ...name, merchantAddress: 'Here' },
    (await openSecrets(dataDir)).keyProtectionKey,
    new Date(),
  );
  await db.destroy();
});
afterAll(async () => {
  await cloud?.end('SIGTERM');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

let stan = 1;
/** A terminal that connects anew is let in and its echo is answered. */
async function isHonestServed(): Promise<void> {
  const terminal = await TestTerminal.connect(honest, { firstStan: stan });
  stan += 10;
  const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
  const { 39: code } = terminal.open(await terminal.exchange(sale.bytes, 20_000)).fields;
  expect(['00', '59']).toContain(code);
  terminal.close();
}

function echo(terminal: TestTerminal): Uint8Array {
  const fields = { 7: '0704120000', 11: '000999', 41: terminal.file.terminalId, 70: '301' };
  return framing.encode(terminal.seal({ mti: '0800', fields }));
}

async function opened(): Promise<Socket> {
  const socket = connect(ready.port, '127.0.0.1');
  socket.on('error', () => undefined);
  // An end shows only to who reads.
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

test('what trickles in is cut off, and terminals are served all the while', async () => {
  const silent = await opened();
  const trickling = await opened();
  const half = await TestTerminal.connect(hostile);
  const bytes = echo(half).subarray(0, -1);
  let sent = 0;
  const drip = setInterval(() => {
    // The start of a ClientHello, and of a message, a byte at a time; neither ever ends.
    if (trickling.writable) trickling.write(Uint8Array.of([0x16, 3, 1, 0x10, 0][sent] ?? 1));
    if (sent < bytes.length) half.raw(bytes.subarray(sent, sent + 1));
    sent++;
  }, 400);
  const isOver = () => silent.destroyed && trickling.destroyed && half.isCut;
  try {
    for (let i = 0; !isOver() && i < 60; i++) {
      await isHonestServed();
      await sleep(500);
    }
  } finally {
    clearInterval(drip);
  }
  expect([silent.destroyed, trickling.destroyed, half.isCut]).toEqual([true, true, true]);
  expect(cloud.output).toContain('cut the connection of 10000002: frame-timeout');
  const refused = cloud.output.match(/refused a connection: handshake-timeout/g);
  expect(refused).toHaveLength(2);
});

test('many that never finish their handshake keep no terminal out', async () => {
  const sockets: Socket[] = [];
  while (sockets.length < 400) sockets.push(await opened());
  await isHonestServed();
  for (let i = 0; sockets.filter((each) => !each.destroyed).length > 200 && i < 200; i++) {
    await sleep(50);
  }
  const open = sockets.filter((each) => !each.destroyed);
  expect(open.length).toBeLessThanOrEqual(200);
  expect(open).toEqual(sockets.slice(-open.length));
  await isHonestServed();
  for (const socket of sockets) socket.destroy();
});

test('a terminal that connects again and again closes its own connections alone', async () => {
  const first = await TestTerminal.connect(honest, { firstStan: 900_000 });
  const many: TestTerminal[] = [];
  while (many.length < 40) {
    const each = await TestTerminal.connect(hostile);
    // It is let in, and asks once.
    each.raw(echo(each));
    expect(await each.next()).toBeDefined();
    many.push(each);
  }
  for (let i = 0; many.filter((each) => !each.isCut).length > 16 && i < 200; i++) await sleep(50);
  expect(many.filter((each) => !each.isCut)).toEqual(many.slice(-16));
  expect(first.isCut).toBe(false);
  await isHonestServed();
  for (const each of [first, ...many]) each.close();
});

test('who asks without reading the answers fills no memory', async () => {
  const residentMb = async () => {
    const status = await readFile(`/proc/${cloud.process.pid}/status`, 'utf8').catch(() => '');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  };
  const before = await residentMb();
  const socket = connectTls({
    ...{ host: hostile.host, port: hostile.port, servername: hostile.serverName },
    ...{ ca: hostile.caCertificatePem, cert: hostile.certificatePem, key: hostile.privateKeyPem },
  });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  socket.pause();
  const message = echo(new TestTerminal(hostile, socket, 1));
  socket.pause();
  const many = Buffer.concat(Array(500).fill(message));
  // Until the host reads no more: what it was sent then stays with us.
  let written = 0;
  for (let stuck = 0; stuck < 20 && written < 2_000; ) {
    if (socket.writableLength > 1_000_000) {
      stuck++;
      await sleep(50);
    } else {
      stuck = 0;
      socket.write(many);
      written++;
      await sleep(1);
    }
  }
  await isHonestServed();
  expect((await residentMb()) - before).toBeLessThan(150);
  expect(socket.writableLength).toBeGreaterThan(0);
  socket.destroy();
  await isHonestServed();
  expect(cloud.process.exitCode).toBeNull();
});
