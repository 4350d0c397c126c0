import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { expectOk } from '../bytes/result.ts';
import { SecretKey } from './secret-key.ts';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const key = expectOk(SecretKey.parse(HEX));

/** Whatever somebody might do with a key without meaning to show it. */
const SHOWN: readonly [string, () => unknown][] = [
  ['a template', () => `${key}`],
  ['addition', () => `key: ${String(key)}`],
  ['JSON', () => JSON.stringify({ keys: [key] })],
  ['JSON.stringify with a replacer', () => JSON.stringify(key, (_, value) => value, 2)],
  ['inspect', () => inspect(key, { depth: 9, showHidden: true })],
  ['inspect in an object', () => inspect({ deep: { key } }, { depth: 9 })],
  ['format', () => format('%s %o %O %j', key, key, key, key)],
  ['an error', () => new Error(`bad ${key}`, { cause: key }).message],
  ['structuredClone', () => JSON.stringify(structuredClone(key))],
  ['spread', () => JSON.stringify({ ...key })],
  ['Object.entries', () => Object.entries(key).join()],
  ['own names', () => Reflect.ownKeys(key).map(String).join()],
  ['assign', () => JSON.stringify(Object.assign({}, key))],
  ['for in', () => Object.keys(key).join()],
];

test.each(SHOWN)('%s shows nothing of a key', (_, show) => {
  const shown = String(show());
  expect(shown).not.toMatch(/0123456789abcdef|fedcba|0x01|\b1, ?35, ?69/i);
  expect(Buffer.from(shown)).not.toContain(0x01);
});

test('reveal is the only way out, and gives a copy', () => {
  expect(key.revealHex()).toBe(HEX);
  key.reveal().fill(0);
  expect(key.revealHex()).toBe(HEX);
  expect(key.lengthBytes).toBe(16);
});

test('takes a copy, so that who made it can wipe the bytes', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const made = new SecretKey(bytes);
  bytes.fill(0);
  expect(made.revealHex()).toBe('010203');
});

test.each(['0', 'G0', `${HEX}1`, '01 23'])(
  '%s is no key, and the error holds nothing of it',
  (text) => {
    const parsed = SecretKey.parse(text);
    expect(parsed).toEqual({ ok: false, error: { kind: 'bad-key', path: 'key', offset: 0 } });
  },
);
