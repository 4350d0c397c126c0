import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { certificateDigest, isNearExpiry, newAuthority, openAuthority } from './authority.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-07-04T12:00:00Z');
const after = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-authority-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('both ends get a certificate, each for its own use and names', async () => {
  const authority = await newAuthority(NOW);
  const ca = new X509Certificate(authority.certificatePem);
  const server = new X509Certificate(
    (await authority.issueServer(['localhost', '127.0.0.1'])).certificatePem,
  );
  const terminal = new X509Certificate((await authority.issueTerminal('10000001')).certificatePem);
  expect(ca.ca).toBe(true);
  for (const each of [server, terminal]) {
    expect(each.verify(ca.publicKey)).toBe(true);
    expect(each.ca).toBe(false);
    expect(each.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  }
  expect(server.checkHost('localhost')).toBe('localhost');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(terminal.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(terminal.subject).toBe('CN=10000001');
  expect(new Date(terminal.validTo).getTime() - NOW.getTime()).toBe(397 * DAY_MS);
});

test('the authority is kept for its owner, and issues as before after a restart', async () => {
  const first = await openAuthority(dataDir, NOW);
  const second = await openAuthority(dataDir, after(100));
  expect(second.certificatePem).toBe(first.certificatePem);
  const late = new X509Certificate((await second.issueTerminal('10000002')).certificatePem);
  expect(late.verify(new X509Certificate(first.certificatePem).publicKey)).toBe(true);
  expect((await stat(path.join(dataDir, 'authority.json'))).mode & 0o777).toBe(0o600);
});

test('an authority that would end before its certificates is made anew', async () => {
  const first = await openAuthority(dataDir, NOW);
  expect((await openAuthority(dataDir, after(3200))).certificatePem).toBe(first.certificatePem);
  expect((await openAuthority(dataDir, after(3300))).certificatePem).not.toBe(first.certificatePem);
});

test('a certificate is renewed in its last thirty days, and when it cannot be read', async () => {
  const { certificatePem } = await (await newAuthority(NOW)).issueTerminal('10000001');
  expect(isNearExpiry(certificatePem, NOW)).toBe(false);
  expect(isNearExpiry(certificatePem, after(366))).toBe(false);
  expect(isNearExpiry(certificatePem, after(368))).toBe(true);
  expect(isNearExpiry(certificatePem, after(500))).toBe(true);
  expect(isNearExpiry('nothing', NOW)).toBe(true);
  expect(certificateDigest(certificatePem)).toMatch(/^[0-9A-F]{64}$/);
});
