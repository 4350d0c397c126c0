import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SHIPPED_CA_PUBLIC_KEYS } from '#certs/load-ca-public-keys.ts';
import demonstration from './emv-configuration.json' with { type: 'json' };
import { checkEmvConfiguration, readEmvConfiguration } from './emv-configuration.ts';

const TODAY = '2026-01-15';

function key(environment: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  const found = SHIPPED_CA_PUBLIC_KEYS.find(
    (one) => one.environment === environment && one.rid === 'A000000003',
  );
  if (!found) throw new Error('no such key');
  const { rid, index, exponent, modulus, checksum } = found;
  const expiry = '2030-12-31';
  return { rid, index, environment, expiry, exponent, modulus, checksum, ...change };
}

function check(mode: string, ...caKeys: readonly Record<string, unknown>[]) {
  return checkEmvConfiguration({ ...demonstration, mode, caKeys }, TODAY);
}

describe('the keys of a configuration', () => {
  test('production trusts a live key', () => {
    const checked = check('production', key('live'));
    expect(checked).toMatchObject({ ok: true, value: { caKeys: [{ expiry: '301231' }] } });
  });

  test.each([
    ['test-key', key('test')],
    ['expired', key('live', { expiry: '2026-01-14' })],
    ['expiry-unknown', key('live', { expiry: null })],
    ['checksum-mismatch', key('live', { checksum: '00'.repeat(20) })],
    ['malformed', key('live', { exponent: '05' })],
  ])('production refuses the whole configuration for one key: %s', (kind, bad) => {
    expect(check('production', key('live'), bad)).toMatchObject({
      ok: false,
      error: expect.arrayContaining([{ kind, path: 'caKeys.1' }]),
    });
  });

  test('a second key of the same name is a duplicate', () => {
    expect(check('production', key('live'), key('live'))).toEqual({
      ok: false,
      error: [{ kind: 'duplicate', path: 'caKeys.1' }],
    });
  });

  test('development trusts test keys, but none with a wrong checksum', () => {
    expect(check('development', key('test')).ok).toBe(true);
    expect(check('development', key('test', { checksum: '00'.repeat(20) })).ok).toBe(false);
  });
});

describe('the file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-emv-'));
  test.each([
    ['not-found', undefined],
    ['not-json', '{'],
    ['not-an-object', '[]'],
  ])('%s', async (kind, text) => {
    const file = path.join(folder, `${kind}.json`);
    if (text !== undefined) writeFileSync(file, text);
    const read = await readEmvConfiguration(file, TODAY);
    expect(read).toMatchObject({ ok: false, error: [{ kind, path: '' }, ...rest(read)] });
  });

  function rest(read: Awaited<ReturnType<typeof readEmvConfiguration>>): readonly unknown[] {
    return read.ok ? [] : read.error.slice(1);
  }
});
