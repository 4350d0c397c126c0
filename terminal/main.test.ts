import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import demonstration from './config/emv-configuration.json' with { type: 'json' };

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-terminal-'));

function file(name: string, json: unknown): string {
  const place = path.join(folder, name);
  writeFileSync(place, JSON.stringify(json));
  return place;
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nnone\n';
const ENROLMENT = file('terminal.json', {
  terminalId: '10000001',
  merchantId: 'TESSERA00000001',
  merchantName: 'Shop',
  merchantAddress: 'Street 1',
  host: '127.0.0.1',
  port: 1,
  serverName: 'localhost',
  caCertificatePem: CERTIFICATE,
  certificatePem: CERTIFICATE,
  privateKeyPem: '-----BEGIN PRIVATE KEY-----\nnone\n',
  macKeyHex: '0123456789ABCDEFFEDCBA9876543210',
});
const PRODUCTION = file('production.json', { ...demonstration, mode: 'production' });
const DEVELOPMENT = file('development.json', demonstration);

interface Ended {
  readonly code: unknown;
  readonly err: string;
}

function start(emvConfig: string, dataDir: string, ...options: readonly string[]): Promise<Ended> {
  const main = path.join(import.meta.dirname, 'main.ts');
  const settings = ['--enrolment', ENROLMENT, '--data-dir', dataDir, '--emv-config', emvConfig];
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...settings, '--no-pcsc', ...options], (error, _, err) =>
      resolve({ code: error?.code ?? 0, err }),
    );
  });
}

test.each([
  ['--capture', 'Payments are not captured in production'],
  ['--demo-wearables', 'Demonstration wearables do not pay in production'],
])(
  '%s is refused in production, before anything is written',
  async (option, sentence) => {
    const dataDir = path.join(folder, `data${option}`);
    const refused = await start(PRODUCTION, dataDir, option, path.join(folder, 'any'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(sentence) });
    expect(existsSync(dataDir)).toBe(false);
    const elsewhere = await start(DEVELOPMENT, dataDir, option, path.join(folder, 'any'));
    expect(elsewhere.err).not.toContain('production');
    expect(existsSync(dataDir)).toBe(true);
  },
  30_000,
);
