import { expect, test } from 'vitest';
import { expectOk } from '#kernel/bytes/result.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { sealMessage } from '#kernel/transaction/message-mac.ts';
import { MacKeys } from './mac-keys.ts';

const OLD = new SecretKey(new Uint8Array(16).fill(1));
const NEW = new SecretKey(new Uint8Array(16).fill(2));
const ECHO = { mti: '0810', fields: { 7: '1124131500', 11: '000001', 39: '00', 41: '10000001' } };
const under = (key: SecretKey) => expectOk(sealMessage(ECHO, key));

test('what was asked before a key change may be answered under the old key, and no longer', () => {
  const keys = new MacKeys(OLD);
  expect(keys.open(under(OLD)).ok).toBe(true);
  expect(keys.open(under(NEW))).toMatchObject({ error: { kind: 'mac-mismatch' } });
  keys.change(NEW);
  expect(keys.seal(ECHO)).toEqual({ ok: true, value: under(NEW) });
  expect(keys.open(under(OLD)).ok).toBe(true);
  expect(keys.open(under(NEW)).ok).toBe(true);
  // The host has the new key: whoever still speaks under the old one is not the host.
  expect(keys.open(under(OLD))).toMatchObject({ error: { kind: 'mac-mismatch' } });
});
