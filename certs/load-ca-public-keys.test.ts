import { expect, test } from 'vitest';
import {
  type CaPublicKeyRecord,
  loadCaPublicKeys,
  SHIPPED_CA_PUBLIC_KEYS,
} from './load-ca-public-keys.ts';

const TODAY = '2026-01-15';
/** Visa's 1408-bit live key, as if it were still in use. */
const LIVE = shipped('A000000003', '08', { expiry: '2030-12-31' });

function shipped(
  rid: string,
  index: string,
  change: Partial<CaPublicKeyRecord> = {},
): CaPublicKeyRecord {
  const key = SHIPPED_CA_PUBLIC_KEYS.find((one) => one.rid === rid && one.index === index);
  if (!key) throw new Error('no such key');
  return { ...key, ...change };
}

function reasonOf(record: CaPublicKeyRecord): string | undefined {
  return loadCaPublicKeys([record], 'production', TODAY).refused[0]?.reason;
}

test('every key that comes with Tessera has its checksum right', () => {
  const { keys, refused } = loadCaPublicKeys(SHIPPED_CA_PUBLIC_KEYS, 'development', TODAY);
  expect(keys.length).toBeGreaterThan(60);
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['duplicate']));
});

test('production trusts a live key until the day it expires, and says so to the kernel', () => {
  const { keys } = loadCaPublicKeys([LIVE], 'production', '2030-12-31');
  expect(keys).toEqual([expect.objectContaining({ index: 8, expiry: '301231' })]);
  expect(reasonOf({ ...LIVE, expiry: '2999-12-31' })).toBeUndefined();
});

test.each([
  ['test-key', shipped('A000000003', '92')],
  ['expired', { ...LIVE, expiry: '2026-01-14' }],
  ['expiry-unknown', { ...LIVE, expiry: null }],
  ['checksum-mismatch', { ...LIVE, index: '09' }],
  ['checksum-mismatch', { ...LIVE, rid: 'A000000004' }],
  ['checksum-mismatch', { ...LIVE, exponent: '010001' }],
  ['checksum-mismatch', { ...LIVE, modulus: LIVE.modulus.replace(/^../, '00') }],
  ['checksum-mismatch', { ...LIVE, checksum: LIVE.checksum.slice(2) }],
  ['checksum-mismatch', { ...LIVE, checksum: 'zz' }],
  ['malformed', { ...LIVE, rid: 'A0000000' }],
  ['malformed', { ...LIVE, index: '0808' }],
  ['malformed', { ...LIVE, modulus: '' }],
  ['malformed', { ...LIVE, modulus: 'FF'.repeat(249) }],
  ['malformed', { ...LIVE, modulus: LIVE.modulus.slice(1) }],
  ['malformed', { ...LIVE, exponent: '02' }],
  ['malformed', { ...LIVE, expiry: '31 Dec 2030' }],
  ['malformed', { ...LIVE, environment: 'unknown' }],
])('production refuses: %s', (reason, record) => {
  expect(reasonOf(record)).toBe(reason);
});

test('of two keys with one RID and index the first stands', () => {
  const { keys, refused } = loadCaPublicKeys([LIVE, LIVE], 'production', TODAY);
  expect(keys.length).toBe(1);
  expect(refused).toEqual([{ position: 1, rid: 'A000000003', index: '08', reason: 'duplicate' }]);
});

test('production trusts none of the keys that come with Tessera: they are test keys or old', () => {
  expect(loadCaPublicKeys(SHIPPED_CA_PUBLIC_KEYS, 'production', TODAY).keys).toEqual([]);
});

test('development trusts test keys and old ones', () => {
  const old = [shipped('A000000003', '92'), shipped('A000000003', '01')];
  expect(loadCaPublicKeys(old, 'development', TODAY).keys.length).toBe(2);
});
