import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYDAY } from './profile.fixture.ts';
import { readProfiles } from './profile.ts';

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
