import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTillAddress, writeTillAddress } from './till-address.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-address-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'till-address.json');
const ADDRESS = { port: 7420, token: 'x'.repeat(43) };

test('what is kept comes back, and only this user can read it', () => {
  writeTillAddress(file, ADDRESS);
  expect(readTillAddress(file)).toEqual(ADDRESS);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['nothing', undefined],
  ['no JSON', '{'],
  ['another port', JSON.stringify({ ...ADDRESS, port: 0 })],
  ['a short token', JSON.stringify({ ...ADDRESS, token: 'x' })],
])('%s is not believed', (_name, text) => {
  rmSync(file, { force: true });
  if (text !== undefined) writeFileSync(file, text);
  expect(readTillAddress(file)).toBeUndefined();
});
