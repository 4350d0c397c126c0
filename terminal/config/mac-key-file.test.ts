import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { expectOk } from '#kernel/bytes/result.ts';
import { fillBytesFor, wrapKeyBlock } from '#kernel/keys/key-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { macKeyFile } from './mac-key-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-mac-key-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'mac-key.txt');
const TRANSPORT = new SecretKey(new Uint8Array(32).fill(3));
const KEY = new SecretKey(Uint8Array.from({ length: 16 }, (_, i) => 2 * i));

function block(keyUsage: 'M3' | 'P0', key = KEY, under = TRANSPORT): string {
  const header = {
    version: 'D',
    algorithm: 'T',
    keyVersion: '00',
    exportability: 'N',
    optionalBlocks: [],
    keyUsage,
    modeOfUse: keyUsage === 'M3' ? 'C' : 'B',
  } as const;
  const fill = new Uint8Array(fillBytesFor('D', key.lengthBytes));
  return expectOk(wrapKeyBlock(under, header, key, fill));
}

test('keeps the block as it came, and gives the key back after a restart', () => {
  const kept = macKeyFile(file, TRANSPORT);
  expect(kept.read()).toBeUndefined();
  expect(kept.keep(block('M3'))?.revealHex()).toBe(KEY.revealHex());
  expect(macKeyFile(file, TRANSPORT).read()?.revealHex()).toBe(KEY.revealHex());
  expect(readFileSync(file, 'utf8')).not.toContain(KEY.revealHex());
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('is of no use to a terminal that was enrolled anew', () => {
  expect(macKeyFile(file, new SecretKey(new Uint8Array(32))).read()).toBeUndefined();
});

test('keeps nothing else, and then has what it had', () => {
  const kept = macKeyFile(file, TRANSPORT);
  const long = new SecretKey(Uint8Array.from({ length: 24 }, (_, i) => 2 * i));
  for (const bad of ['', 'D0112', block('P0'), block('M3', long), block('M3', KEY, KEY32)]) {
    expect(kept.keep(bad)).toBeUndefined();
  }
  expect(kept.read()?.revealHex()).toBe(KEY.revealHex());
  writeFileSync(file, 'damaged');
  expect(kept.read()).toBeUndefined();
  expect(
    macKeyFile(path.join(folder, 'no', 'folder'), TRANSPORT).keep(block('M3')),
  ).toBeUndefined();
});

const KEY32 = new SecretKey(new Uint8Array(32).fill(9));
