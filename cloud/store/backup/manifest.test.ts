import { expect, test } from 'vitest';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeManifest, isOwn, keyChecksOf, type Manifest, parseManifest } from './manifest.ts';
import { openSealed, sealFiles } from './sealed-files.ts';

const DIGEST = '5a'.repeat(32);
const TOKEN_KEY = new Uint8Array(32).fill(7);
const MANIFEST: Manifest = {
  ...{ format: 'tessera-backup', version: 1, takenAt: '2026-07-04T12:00:00.000Z' },
  ...{ tessera: '0.1.0', postgres: '18.4', schemaSha256: DIGEST },
  migrations: [{ name: '0001-payments', sha256: DIGEST }],
  ...{ keyChecks: { tokenKey: '0123456789abcdef' }, secretFiles: ['secrets.json'] },
  secrets: { bytes: 10, sha256: DIGEST },
  tables: [
    {
      ...{ name: 'cards', columns: ['card_token'], rows: 1, bytes: 65, sha256: DIGEST },
      file: { bytes: 70, sha256: DIGEST },
    },
  ],
};

test('what is written is read, and is known as its own by the cloud that wrote it', () => {
  const read = parseManifest(encodeManifest(MANIFEST, TOKEN_KEY));
  if (!read.ok) throw new Error(read.error.kind);
  expect(read.value.manifest).toEqual(MANIFEST);
  expect(isOwn(read.value, TOKEN_KEY)).toBe(true);
  expect(isOwn(read.value, new Uint8Array(32))).toBe(false);
});

test('no byte of it may be another, missing or more', () => {
  const text = encodeManifest(MANIFEST, TOKEN_KEY);
  for (let at = 0; at < text.length; at++) {
    for (const bit of [1, 2, 16]) {
      const other = String.fromCharCode(text.charCodeAt(at) ^ bit);
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      expect(parseManifest(changed).ok).toBe(false);
    }
    expect(parseManifest(text.slice(0, at)).ok).toBe(false);
  }
  expect(parseManifest(`${text} `).ok).toBe(false);
});

test('it leads to no file outside its folder', () => {
  for (const name of ['../cards', 'a/b', 'a.b', 'Cards', '']) {
    const [table] = MANIFEST.tables;
    if (!table) throw new Error('there is one');
    const tables = [{ ...table, name }];
    expect(() => encodeManifest({ ...MANIFEST, tables }, TOKEN_KEY)).toThrow();
  }
});

test('a key check tells keys apart and does not hold them', () => {
  const keyOf = (fill: number, length: number) => new SecretKey(new Uint8Array(length).fill(fill));
  const secrets = {
    ...{ issuerMasterKey: keyOf(1, 16), scriptMasterKey: keyOf(1, 16) },
    ...{ pinVerificationKey: keyOf(3, 16), keyProtectionKey: keyOf(4, 32), tokenKey: TOKEN_KEY },
  };
  const checks = keyChecksOf(secrets);
  expect(new Set(Object.values(checks)).size).toBe(5);
  const others = keyChecksOf({ ...secrets, scriptMasterKey: keyOf(2, 16) });
  expect(others).toEqual({ ...checks, scriptMasterKey: others['scriptMasterKey'] });
  expect(others['scriptMasterKey']).not.toBe(checks['scriptMasterKey']);
});

test('sealed files open with their passphrase alone, and only whole', () => {
  const files = { 'secrets.json': '{"tokenKeyHex": "00"}', 'enrolment/terminal.json': '{}' };
  const sealed = sealFiles(files, 'five wearables on a shelf');
  expect(openSealed(sealed, 'five wearables on a shelf')).toEqual({ ok: true, value: files });
  expect(openSealed(sealed, 'six wearables on a shelf')).toMatchObject({
    error: { kind: 'wrong-passphrase' },
  });
  for (const at of [0, 16, 32, 44, sealed.length >> 1, sealed.length - 1]) {
    const changed = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(openSealed(changed, 'five wearables on a shelf').ok).toBe(false);
  }
  for (const length of [0, 15, 44, 60, sealed.length - 1]) {
    expect(openSealed(sealed.subarray(0, length), 'five wearables on a shelf').ok).toBe(false);
  }
  expect(`${Buffer.from(sealed)}`).not.toContain('tokenKeyHex');
  expect(() => sealFiles({ '../outside.json': '' }, 'five wearables on a shelf')).toThrow();
}, 60_000);
