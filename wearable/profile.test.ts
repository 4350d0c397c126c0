import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYDAY } from './profile.fixture.ts';
import { parseProfile, readProfiles } from './profile.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-profiles-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = path.join(folder, 'wearables.json');
  writeFileSync(file, text);
  return file;
}

describe('readProfiles', () => {
  test('reads what an enrolment wrote', async () => {
    const profiles = [EVERYDAY, { ...EVERYDAY, wearableId: 'empty' }];
    expect(await readProfiles(written(JSON.stringify(profiles)))).toEqual({
      ok: true,
      value: profiles,
    });
  });

  test.each([
    ['pan', '99999900000000150000'],
    ['pan', '9999 9900 0000 0015'],
    ['panSequenceNumber', '1'],
    ['expiry', '2813'],
    ['expiry', 'soon'],
    ['aid', 'F054'],
    ['aid', 'F0544553534501F'],
    ['applicationLabel', 'TESSERA PAY €'],
    ['kernelId', 0],
    ['cardholderVerification', 'pin'],
    ['iccMasterKeyHex', '0123'],
    ['wearableId', '../everyday'],
    ['name', undefined],
  ])('says where a profile is wrong: %s %j', async (field, value) => {
    const profiles = [EVERYDAY, { ...EVERYDAY, [field]: value }];
    const error = { kind: 'malformed', path: `1.${field}` };
    expect(await readProfiles(written(JSON.stringify(profiles)))).toEqual({ ok: false, error });
  });

  test.each([
    ['not-json', '[{'],
    ['malformed', '{}'],
    ['malformed', 'null'],
  ])('a file that is %s', async (kind, text) => {
    expect(await readProfiles(written(text))).toEqual({ ok: false, error: { kind, path: '' } });
  });

  test('a file that is not there', async () => {
    expect(await readProfiles(path.join(folder, 'none.json'))).toEqual({
      ok: false,
      error: { kind: 'unreadable', path: '' },
    });
  });
});

describe('a profile of several issuers', () => {
  const account = {
    aid: 'A0000009990101',
    label: 'TESSERA TEST',
    pan: '9999990000000014',
    panSequenceNumber: '01',
    expiry: '4912',
    iccMasterKeyHex: '0123456789ABCDEFFEDCBA9876543210',
  };
  const full = (...applications: readonly object[]) => ({
    wearableId: 'band',
    name: 'Band',
    hint: '',
    issuers: [{ name: 'North', applications: applications.map((one) => ({ ...account, ...one })) }],
  });

  test('has its defaults filled in', () => {
    const parsed = parseProfile(full({ type: 'contact' }, { type: 'kernel8' }));
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        faults: [],
        issuers: [
          {
            pki: { caBits: 1984, issuerBits: 1408, exponent: 3, rsaCaIndexHex: 'F1' },
            applications: [
              { authentication: 'cda', pinTries: 3, priority: 1, data: {} },
              { keyAlgorithm: 'aes', encryptedRecords: true, kernelId: 8 },
            ],
          },
        ],
      },
    });
  });

  test('says where it is wrong, in a file', async () => {
    const text = JSON.stringify([EVERYDAY, full({ type: 'contact', pin: '12' })]);
    expect(await readProfiles(written(text))).toEqual({
      ok: false,
      error: { kind: 'malformed', path: '1.issuers.0.applications.0.pin' },
    });
  });

  test.each([
    ['issuers.0.applications.0.type', full({ type: 'kernel9' })],
    ['issuers.0.applications.0.pan', full({ type: 'qvsdc', pan: '1' })],
    [
      'issuers.0.applications.0.offline.currency',
      full({ type: 'qvsdc', offline: { currency: 'EUR', limitMinor: 1, totalLimitMinor: 1 } }),
    ],
    ['issuers.0.applications.0.pdol', full({ type: 'contact', pdol: '9F' })],
    ['issuers.0.applications.0.data.9F', full({ type: 'contact', data: { '9F': '00' } })],
    [
      'issuers.0.applications.0.data',
      full({ type: 'contact', data: { '9F1F': '00'.repeat(121) } }),
    ],
    ['issuers.0.applications.0.iccRsaKeyPem', full({ type: 'mchip', iccRsaKeyPem: 'none' })],
    [
      'issuers.0.applications.0.iccEcKeyHex',
      full({ type: 'kernel8', iccEcKeyHex: '00'.repeat(32) }),
    ],
    [
      'issuers.0.applications.0.iccEcKeyHex',
      full({ type: 'kernel8', iccEcKeyHex: 'FF'.repeat(32) }),
    ],
    [
      'issuers.0.applications.0.iccMasterKeyHex',
      full({ type: 'kernel8', keyAlgorithm: 'tdes', iccMasterKeyHex: '00'.repeat(32) }),
    ],
    [
      'issuers.0.applications.0.ownPinKey',
      full({ type: 'contact', authentication: 'xda', ownPinKey: true }),
    ],
    ['issuers.0.applications.1.aid', full({ type: 'qvsdc' }, { type: 'kernel8' })],
    ['issuers.0.applications', full()],
    ['issuers', { ...full({ type: 'qvsdc' }), issuers: [] }],
    ['faults.0', { ...full({ type: 'qvsdc' }), faults: ['lost'] }],
    ['', { ...full({ type: 'qvsdc' }), colour: 'red' }],
    [
      'issuers.0.pki.iccBits',
      withPki({ issuerBits: 1984, iccBits: 1984 }, full({ type: 'mchip' })),
    ],
    [
      'issuers.0.pki.iccBits',
      withPki({ issuerBits: 1408, iccBits: 1984 }, full({ type: 'qvsdc' })),
    ],
    [
      'issuers.0.pki.issuerBits',
      withPki({ caBits: 1408, issuerBits: 1984 }, full({ type: 'qvsdc' })),
    ],
  ])('is refused at %s', (path, json) => {
    expect(parseProfile(json)).toEqual({ ok: false, error: path });
  });

  test('may have one name on contacts and without', () => {
    expect(parseProfile(full({ type: 'contact' }, { type: 'qvsdc' })).ok).toBe(true);
  });
});

function withPki(pki: object, profile: { readonly issuers: readonly object[] }): object {
  return { ...profile, issuers: profile.issuers.map((issuer) => ({ ...issuer, pki })) };
}
