import { randomBytes } from 'node:crypto';
import {
  chmod,
  mkdtemp,
  open as openFile,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEnrolment } from '../acquirer/enrolment.ts';
import { found, needlesOfKey } from '../attacks/needles.fixture.ts';
import { findMasterKeys } from './master-key.ts';
import { openSecrets } from './secrets.ts';

const FILES = ['secrets.json', 'authority.json', 'server.json'];
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-keys-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true });
});

const at = (name: string) => path.join(dataDir, name);
const newKey = () => randomBytes(32).toString('hex');
const textOf = (name: string) => readFile(at(name), 'utf8');

/** Opens all that has keys, as a start does; the keys. */
async function open() {
  const secrets = await openSecrets(dataDir);
  const enrolment = await openEnrolment(dataDir, secrets.issuerMasterKey, new Date());
  await enrolment.publish(4000);
  const { keyProtectionKey, tokenKey } = secrets;
  return { protection: keyProtectionKey.revealHex(), tokenKey, ...enrolment.credentials };
}

test('every file that holds keys is its owner’s alone', async () => {
  await open();
  const files = [...FILES, 'enrolment/terminal.json', 'enrolment/wearables.json'];
  for (const name of files) expect((await stat(at(name))).mode & 0o777, name).toBe(0o600);
  expect((await stat(at('enrolment'))).mode & 0o777).toBe(0o700);
});

test('a file of keys that others may read is refused, and says what to do', async () => {
  await open();
  for (const mode of [0o640, 0o604, 0o620]) {
    await chmod(at('secrets.json'), mode);
    await expect(openSecrets(dataDir)).rejects.toThrow('secrets.json is open to others');
  }
});

test('under a master key no file holds a key in the clear, and all open again', async () => {
  const inTheClear = await open();
  const stored = JSON.parse(await textOf('secrets.json'));
  vi.stubEnv('TESSERA_KEY', newKey());
  // What was in the clear is sealed at the first start under a key.
  expect(await open()).toEqual(inTheClear);
  const needles = Object.entries(stored).flatMap(([name, key]) => needlesOfKey(name, String(key)));
  for (const name of FILES) {
    const text = await textOf(name);
    expect(found(Buffer.from(text), needles)).toEqual([]);
    expect(text).not.toContain('PRIVATE KEY');
    expect(Object.keys(JSON.parse(text))).toEqual(['sealed', 'key']);
  }
  expect(await open()).toEqual(inTheClear);
});

test('sealed keys open under no other key, without one, or under another name', async () => {
  vi.stubEnv('TESSERA_KEY', newKey());
  await open();
  vi.stubEnv('TESSERA_KEY', newKey());
  await expect(openSecrets(dataDir)).rejects.toThrow('secrets.json is sealed under another key');
  vi.stubEnv('TESSERA_KEY', undefined);
  await expect(openSecrets(dataDir)).rejects.toThrow('secrets.json is sealed, and there is no');
});

test('a sealed file that was changed, or put in another’s place, is refused', async () => {
  vi.stubEnv('TESSERA_KEY', newKey());
  await open();
  const { sealed, key } = JSON.parse(await textOf('secrets.json'));
  const bytes = Buffer.from(sealed, 'base64');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  const changed = JSON.stringify({ sealed: bytes.toString('base64'), key });
  await writeFile(at('secrets.json'), changed);
  await expect(openSecrets(dataDir)).rejects.toThrow('secrets.json is damaged (its seal)');
  await rename(at('server.json'), at('secrets.json'));
  await expect(openSecrets(dataDir)).rejects.toThrow('secrets.json is damaged (its seal)');
});

test('a new master key takes over from the one before, which then opens nothing', async () => {
  const [old, next] = [newKey(), newKey()];
  vi.stubEnv('TESSERA_KEY', old);
  const before = await open();
  vi.stubEnv('TESSERA_KEY', next);
  vi.stubEnv('TESSERA_PREVIOUS_KEY', old);
  expect(await open()).toEqual(before);
  vi.stubEnv('TESSERA_PREVIOUS_KEY', undefined);
  expect(await open()).toEqual(before);
  vi.stubEnv('TESSERA_KEY', old);
  await expect(open()).rejects.toThrow('sealed under another key');
});

test('the master key comes from a file or a descriptor, and what is none is refused', async () => {
  const key = newKey();
  const file = at('master.key');
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  const given = findMasterKeys({ TESSERA_KEY_FILE: file });
  expect(given?.current.revealHex()).toBe(key.toUpperCase());
  const handle = await openFile(file);
  const byDescriptor = findMasterKeys({ TESSERA_KEY_FILE: `/dev/fd/${handle.fd}` });
  await handle.close();
  expect(byDescriptor?.current.revealHex()).toBe(key.toUpperCase());
  expect(findMasterKeys({})).toBeUndefined();
  const open = at('open.key');
  await writeFile(open, key, { mode: 0o644 });
  expect(() => findMasterKeys({ TESSERA_KEY_FILE: open })).toThrow('open to others');
  expect(() => findMasterKeys({ TESSERA_KEY: 'ab' })).toThrow('TESSERA_KEY is no key of 64 hex');
  expect(() => findMasterKeys({ TESSERA_KEY: key, TESSERA_KEY_FILE: file })).toThrow('twice');
  expect(() => findMasterKeys({ TESSERA_PREVIOUS_KEY: key })).toThrow('no TESSERA_KEY');
  for (const text of ['zz'.repeat(32), key.slice(2)]) {
    expect(() => findMasterKeys({ TESSERA_KEY: text })).toThrow(/^((?!zz).)*$/);
  }
});
