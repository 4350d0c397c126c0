import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { certificateDigest, newAuthority, openAuthority } from '../acquirer/authority.ts';
import { enrolTerminal, revokeTerminal } from '../acquirer/terminal-registry.ts';
import { type TerminalFile, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { openSecrets } from '../store/secrets.ts';

const framing = lengthPrefixed(4096);
let cloud: RunningCloud;
let file: TerminalFile;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  file = await cloud.terminalFile();
});
afterAll(() => cloud?.stop());

/** What came of a connection that asked for an echo: `answered`, or why it was not. */
interface Attempt {
  readonly outcome: string;
  readonly version: string | null;
  readonly isResumed: boolean;
  readonly session: Buffer | undefined;
}

/** Connects as a terminal does, but for `options`, and asks for an echo. */
async function attempt(options: ConnectionOptions = {}, of = file): Promise<Attempt> {
  const socket = connect({
    host: of.host,
    port: of.port,
    servername: of.serverName,
    ca: of.caCertificatePem,
    cert: of.certificatePem,
    key: of.privateKeyPem,
    ...options,
  });
  let session: Buffer | undefined;
  socket.on('session', (each: Buffer) => {
    session = each;
  });
  const outcome = await outcomeOf(socket, of);
  const version = socket.getProtocol();
  const isResumed = socket.isSessionReused();
  socket.destroy();
  return { outcome, version, isResumed, session: session ?? options.session };
}

function outcomeOf(socket: TLSSocket, of: TerminalFile): Promise<string> {
  return new Promise((resolve) => {
    const terminal = new TestTerminal(of, socket, 1);
    const fields = { 7: '0704120000', 11: '000999', 41: of.terminalId, 70: '301' };
    const echo = framing.encode(terminal.seal({ mti: '0800', fields }));
    socket.once('secureConnect', () => socket.write(echo));
    socket.once('data', () => resolve('answered'));
    socket.once('error', (error) => resolve(String(Reflect.get(error, 'code'))));
    socket.once('close', () => resolve('closed'));
  });
}

/** The lines that the host logged about refused connections, from `from` on. */
async function refusals(from: number): Promise<readonly string[]> {
  const lines = () => cloud.lines.slice(from).filter((line) => line.startsWith('refused'));
  for (let i = 0; lines().length === 0 && i < 100; i++) await sleep(20);
  return lines();
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
  const spoken = await attempt({ minVersion: version, maxVersion: version });
  expect(spoken).toMatchObject({ outcome: 'answered', version });
});

test.each(['TLSv1', 'TLSv1.1'] as const)('a downgrade to %s is refused', async (version) => {
  const from = cloud.lines.length;
  const weak = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' } as const;
  expect((await attempt(weak)).outcome).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  expect(await refusals(from)).toEqual(['refused a connection: ERR_SSL_UNSUPPORTED_PROTOCOL']);
});

test.each([
  ['without encryption', 'ECDHE-ECDSA-NULL-SHA'],
  ['without authentication', 'AECDH-AES256-SHA'],
  ['with CBC and SHA-1', 'ECDHE-ECDSA-AES128-SHA'],
  ['with CBC and SHA-256', 'ECDHE-ECDSA-AES128-SHA256'],
  ['with CCM of a short tag', 'ECDHE-ECDSA-AES128-CCM8'],
  ['without forward secrecy', 'AES256-GCM-SHA384'],
])('a cipher suite %s is refused', async (_, ciphers) => {
  const weak = { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` } as const;
  const from = cloud.lines.length;
  expect((await attempt(weak)).outcome).toMatch(/HANDSHAKE_FAILURE/);
  expect(await refusals(from)).toEqual(['refused a connection: ERR_SSL_NO_SHARED_CIPHER']);
});

test('a renegotiation that a client begins is refused', async () => {
  const socket = connect({
    ...{ host: file.host, port: file.port, servername: file.serverName, maxVersion: 'TLSv1.2' },
    ...{ ca: file.caCertificatePem, cert: file.certificatePem, key: file.privateKeyPem },
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const code = await new Promise((resolve) => {
    socket.on('error', (error) => resolve(Reflect.get(error, 'code')));
    socket.renegotiate({ rejectUnauthorized: true }, () => resolve('renegotiated'));
  });
  expect(code).toBe('ERR_SSL_NO_RENEGOTIATION');
  socket.destroy();
});

test('a certificate of one’s own making is refused, whatever names it carries', async () => {
  const foreign = await newAuthority(new Date());
  const made = await foreign.issueTerminal(file.terminalId);
  const from = cloud.lines.length;
  const { outcome } = await attempt({ cert: made.certificatePem, key: made.privateKeyPem });
  expect(outcome).not.toBe('answered');
  expect(await refusals(from)).toHaveLength(1);
});

test('another certificate of the authority for the same terminal is refused', async () => {
  const authority = await openAuthority(cloud.dataDir, new Date());
  const issued = await authority.issueTerminal(file.terminalId);
  const from = cloud.lines.length;
  const { outcome } = await attempt({ cert: issued.certificatePem, key: issued.privateKeyPem });
  expect(outcome).not.toBe('answered');
  expect(await refusals(from)).toEqual(['refused a connection: terminal-not-enrolled']);
});

test('the host’s own certificate opens nothing at the host', async () => {
  const own = JSON.parse(await readFile(path.join(cloud.dataDir, 'server.json'), 'utf8'));
  const from = cloud.lines.length;
  const { outcome } = await attempt({ cert: own.certificatePem, key: own.privateKeyPem });
  expect(outcome).not.toBe('answered');
  expect(await refusals(from)).toHaveLength(1);
});

test('without a certificate nothing is answered', async () => {
  const from = cloud.lines.length;
  const { outcome } = await attempt({ cert: undefined, key: undefined });
  expect(outcome).not.toBe('answered');
  expect(await refusals(from)).toEqual([
    'refused a connection: ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
  ]);
});

test('an enrolled certificate that is over opens nothing', async () => {
  const long = new Date(Date.now() - 500 * 86_400_000);
  const issued = await (await openAuthority(cloud.dataDir, long)).issueTerminal('10000004');
  const enrolled = await cloud.enrol('10000004');
  expect((await attempt({}, enrolled)).outcome).toBe('answered');
  const { keyProtectionKey } = await openSecrets(cloud.dataDir);
  const certificateSha256 = certificateDigest(issued.certificatePem);
  const { terminalId, merchantId } = enrolled;
  const macKey = new SecretKey(hex(enrolled.macKeyHex));
  await enrolTerminal(
    cloud.db,
    { terminalId, merchantId, certificateSha256, macKey },
    keyProtectionKey,
    new Date(),
  );
  const from = cloud.lines.length;
  const { outcome } = await attempt({}, { ...enrolled, ...issued });
  expect(outcome).not.toBe('answered');
  expect(await refusals(from)).toHaveLength(1);
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a session of %s that is resumed after a revocation opens nothing',
  async (version) => {
    const terminalId = version === 'TLSv1.2' ? '10000005' : '10000006';
    const enrolled = await cloud.enrol(terminalId);
    const only = { minVersion: version, maxVersion: version };
    const first = await attempt(only, enrolled);
    expect(first).toMatchObject({ outcome: 'answered', isResumed: false });
    const again = await attempt({ ...only, session: first.session }, enrolled);
    expect(again).toMatchObject({ outcome: 'answered', isResumed: true });
    expect(await revokeTerminal(cloud.db, terminalId, new Date())).toBe(true);
    const from = cloud.lines.length;
    const revoked = await attempt({ ...only, session: again.session }, enrolled);
    expect(revoked.outcome).not.toBe('answered');
    expect(await refusals(from)).toEqual(['refused a connection: terminal-not-enrolled']);
  },
);

test('a session of an old certificate is not resumed after a new enrolment', async () => {
  const old = await cloud.enrol('10000007');
  const { session } = await attempt({}, old);
  await cloud.enrol('10000007');
  const from = cloud.lines.length;
  expect((await attempt({ session }, old)).outcome).not.toBe('answered');
  expect(await refusals(from)).toEqual(['refused a connection: terminal-not-enrolled']);
});
