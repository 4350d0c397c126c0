import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { readEnrolment } from './enrolment.ts';

const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const FILE = {
  terminalId: '10000001',
  merchantId: 'TESSERA00000001',
  merchantName: 'Corner shop',
  merchantAddress: '1 Mosaic Lane',
  host: '127.0.0.1',
  port: 7583,
  serverName: 'acquirer.tessera.test',
  caCertificatePem: CERTIFICATE,
  certificatePem: CERTIFICATE,
  privateKeyPem: PRIVATE_KEY,
  macKeyHex: '0123456789abcdefFEDCBA9876543210',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-enrolment-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const file = join(folder, 'terminal.json');
  writeFileSync(file, text);
  return readEnrolment(file);
}

describe('readEnrolment', () => {
  it('reads who the terminal is, its host and its keys', async () => {
    const { terminalId, merchantId, macKeyHex, ...rest } = FILE;
    expect(
      await read(JSON.stringify({ ...FILE, later: 'unknown members are passed over' })),
    ).toEqual({
      ok: true,
      value: {
        ...rest,
        identity: { terminalId, merchantId },
        macKey: new SecretKey(hex(macKeyHex)),
      },
    });
  });

  it.each([
    ['terminalId', '1000001'],
    ['merchantId', 'TESSERA'],
    ['merchantName', ''],
    ['port', 0],
    ['port', '7583'],
    ['serverName', undefined],
    ['caCertificatePem', 'MIIB'],
    ['privateKeyPem', CERTIFICATE],
    ['macKeyHex', 'secret6789abcdefFEDCBA9876543210'],
    ['macKeyHex', '0123456789abcdef'],
  ])('names %s when it is %j, and shows no value', async (key, value) => {
    const outcome = await read(JSON.stringify({ ...FILE, [key]: value }));
    expect(outcome).toEqual({ ok: false, error: { kind: 'malformed', path: key } });
  });

  it('tells a missing file from one that cannot be read', async () => {
    const missing = await readEnrolment(join(folder, 'none.json'));
    expect(missing).toEqual({ ok: false, error: { kind: 'not-found', path: '' } });
    expect(await readEnrolment(folder)).toMatchObject({ error: { kind: 'unreadable' } });
    expect(await read('{"macKeyHex": "0123')).toEqual({
      ok: false,
      error: { kind: 'not-json', path: '' },
    });
    expect(await read('[]')).toMatchObject({ error: { kind: 'malformed' } });
  });
});
