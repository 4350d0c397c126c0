import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { defaultScorers } from '../scoring/scorers.fixture.ts';
import { VelocityCounters } from '../scoring/velocity.ts';
import { readTransactions } from '../store/records.ts';
import { newAuthority } from './authority.ts';
import { TestTerminal } from './test-terminal.fixture.ts';
import { startServer } from './tls-server.ts';

const framing = lengthPrefixed(4096);
let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

/** The last line it logged, and no other since `from`. */
const onlyLineSince = (from: number) => {
  const lines = cloud.lines.slice(from);
  expect(lines).toHaveLength(1);
  return lines[0];
};

async function isStillServed(each: TestTerminal): Promise<boolean> {
  const fields = { 7: '0704120000', 11: '000999', 41: each.file.terminalId, 70: '301' };
  const answer = await each.exchange(each.seal({ mti: '0800', fields }));
  return answer !== undefined && each.open(answer).fields[39] === '00';
}

test('a message with a changed bit gets no answer, and one log line', async () => {
  const sale = terminal.sale(await cloud.card('everyday'));
  for (const at of [sale.bytes.length - 1, 20, 40]) {
    const from = cloud.lines.length;
    const changed = sale.bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await terminal.exchange(changed, 200)).toBeUndefined();
    expect(onlyLineSince(from)).toMatch(/^dropped a message of 10000001: [a-z-]+( at [\w.]+)?$/);
  }
  expect(cloud.lines.at(-3)).toMatch(/mac-mismatch at 64$/);
  expect(await cloud.recordsOf(sale)).toEqual([]);
  expect(await isStillServed(terminal)).toBe(true);
});

test('a message under another terminal’s name is dropped', async () => {
  const { message } = terminal.sale(await cloud.card('everyday'));
  const from = cloud.lines.length;
  const forged = terminal.seal({ mti: '0100', fields: { ...message.fields, 41: '10000002' } });
  expect(await terminal.exchange(forged, 200)).toBeUndefined();
  expect(onlyLineSince(from)).toMatch(/terminal-mismatch at 41$/);
});

test('messages of a kind the host does not know are dropped', async () => {
  const fields = { 7: '0704120000', 11: '000001', 41: terminal.file.terminalId };
  const from = cloud.lines.length;
  expect(await terminal.exchange(terminal.seal({ mti: '0600', fields }), 200)).toBeUndefined();
  expect(onlyLineSince(from)).toMatch(/unknown-message-type at mti$/);
});

test('a frame over the limit, or of no length, cuts the connection', async () => {
  for (const bytes of [Uint8Array.of(0x10, 0x01), Uint8Array.of(0, 0)]) {
    const other = await cloud.connect();
    const from = cloud.lines.length;
    other.raw(bytes);
    expect(await other.next(2_000)).toBeUndefined();
    expect(other.isCut).toBe(true);
    expect(onlyLineSince(from)).toBe('cut the connection of 10000001: bad-frame-length');
  }
});

test('a frame in pieces is answered; one that is cut off is nothing', async () => {
  const sale = terminal.sale(await cloud.card('everyday'));
  const frame = framing.encode(sale.bytes);
  const slow = await cloud.connect();
  for (let at = 0; at < frame.length; at += 97) {
    slow.raw(frame.slice(at, at + 97));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(slow.open(await slow.next()).fields[39]).toBe('00');
  const before = await readTransactions(cloud.db);
  const cut = await cloud.connect();
  cut.raw(framing.encode(terminal.sale(await cloud.card('everyday')).bytes).slice(0, -1));
  expect(await cut.next(200)).toBeUndefined();
  cut.close();
  expect(await readTransactions(cloud.db)).toEqual(before);
});

test('a message that is cut short inside a whole frame is dropped', async () => {
  const { bytes } = terminal.sale(await cloud.card('everyday'));
  const from = cloud.lines.length;
  expect(await terminal.exchange(bytes.slice(0, 60), 200)).toBeUndefined();
  expect(onlyLineSince(from)).toMatch(/^dropped a message of 10000001: /);
});

test('only certificates of this enrolment, naming an enrolled terminal, are let in', async () => {
  const file = await cloud.terminalFile();
  const refused = async (connecting: Promise<TestTerminal>) => {
    // With TLS 1.3 the client may hear of it only after its own handshake.
    const other = await connecting.catch(() => undefined);
    if (!other) return true;
    const answer = await other.exchange(terminal.sale(await cloud.card('everyday')).bytes, 2_000);
    return answer === undefined && other.isCut;
  };
  const foreign = await newAuthority(new Date());
  const stranger = { ...file, ...(await foreign.issueTerminal(file.terminalId)) };
  expect(await refused(TestTerminal.connect(stranger))).toBe(true);
  expect(await refused(TestTerminal.connect(file, { anonymous: true }))).toBe(true);
  expect(await isStillServed(await cloud.connect())).toBe(true);
  expect(new X509Certificate(file.certificatePem).subject).toBe(`CN=${file.terminalId}`);
});

test('a certificate that names a terminal nobody enrolled opens nothing', async () => {
  const authority = await newAuthority(new Date());
  const caCertificatePem = authority.certificatePem;
  const server = await authority.issueServer(['localhost']);
  const client = await authority.issueTerminal('10000009');
  const lines: string[] = [];
  const settings = {
    acquirer: {
      db: cloud.db,
      issuers: [],
      keyProtectionKey: new SecretKey(new Uint8Array(32)),
      tokenKey: new Uint8Array(32),
      velocity: new VelocityCounters(),
      scorers: defaultScorers(),
      now: () => new Date(),
    },
    terminals: { find: async () => undefined },
    credentials: { caCertificatePem, ...server },
    host: '127.0.0.1',
    port: 0,
    log: (line: string) => void lines.push(line),
  };
  const other = await startServer(settings);
  const file = { ...terminal.file, ...client, caCertificatePem, port: other.port };
  const stranger = await TestTerminal.connect(file).catch(() => undefined);
  expect(await stranger?.next(2_000)).toBeUndefined();
  expect(stranger?.isCut ?? true).toBe(true);
  expect(lines).toEqual(['refused a connection: terminal-not-enrolled']);
  await other.stop();
});

test('no log line and no table holds a PAN or a key', async () => {
  const card = await cloud.card('everyday');
  const secrets = [card.profile.pan, card.profile.iccMasterKeyHex, terminal.file.macKeyHex];
  const tables = ['terminals', 'cards', 'transactions', 'idempotency', 'ledger_transfers'] as const;
  const texts: string[] = [...cloud.lines];
  for (const table of tables) {
    for (const row of await cloud.db.selectFrom(table).selectAll().execute()) {
      for (const value of Object.values(row)) {
        texts.push(value instanceof Uint8Array ? encodeHex(value) : String(value));
      }
    }
  }
  const text = texts.join('\n');
  expect(text).toContain('999999******0014');
  for (const secret of secrets) expect(text.toUpperCase()).not.toContain(secret.toUpperCase());
});
