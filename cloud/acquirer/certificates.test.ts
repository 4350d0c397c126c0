import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { isNearExpiry, makeCertificates } from './certificates.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-07-04T12:00:00Z');
const after = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

test('both ends get a certificate, each for its own use and names', async () => {
  const names = { server: ['localhost', '127.0.0.1'], terminalId: '10000001' };
  const made = await makeCertificates(names, NOW);
  const ca = new X509Certificate(made.caCertificatePem);
  const server = new X509Certificate(made.server.certificatePem);
  const terminal = new X509Certificate(made.terminal.certificatePem);
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

test('a certificate is renewed in its last thirty days, and when it cannot be read', async () => {
  const names = { server: ['localhost'], terminalId: '10000001' };
  const { certificatePem } = (await makeCertificates(names, NOW)).terminal;
  expect(isNearExpiry(certificatePem, NOW)).toBe(false);
  expect(isNearExpiry(certificatePem, after(366))).toBe(false);
  expect(isNearExpiry(certificatePem, after(368))).toBe(true);
  expect(isNearExpiry(certificatePem, after(500))).toBe(true);
  expect(isNearExpiry('nothing', NOW)).toBe(true);
});
