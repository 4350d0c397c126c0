import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { decodeMessage, encodeMessage } from '#kernel/iso8583/message.ts';
import { parseInlineSpec } from './compact-spec.ts';

const HEAD = { mti: { len: 'fixed', max: 4, enc: 'bcd' }, bitmap: 'binary' };
const START = '0100' + '0000000000010000';

/** Field 48 of a message, as it is written by a row of the compact form. */
function written(row: object, value: string | Uint8Array): string {
  const spec = expectOk(parseInlineSpec({ ...HEAD, 48: { ...row } }));
  const bytes = expectOk(encodeMessage(spec, { mti: '0100', fields: { 48: value } }));
  expect(decodeMessage(spec, bytes)).toMatchObject({ ok: true, value: { fields: { 48: value } } });
  expect(encodeHex(bytes).slice(0, START.length)).toBe(START);
  return encodeHex(bytes).slice(START.length);
}

test.each([
  ['L', 'ascii', '34'],
  ['LL', 'ascii', '3034'],
  ['LLL', 'ebcdic', 'F0F0F4'],
  ['LLLL', 'ebcdic1047', 'F0F0F0F4'],
  ['L', 'bin', '04'],
  ['LL', 'binary', '04'],
  ['LLLL', 'binary', '0004'],
  ['LLL', 'bcd', '0004'],
  ['LL', 'hex', '3034'],
])('%s in %s stands before a text of four', (len, lenEnc, prefix) => {
  const row = { len, lenEnc, max: 9, enc: 'ascii' };
  expect(written(row, '1234')).toBe(`${prefix}31323334`);
});

test.each([
  ['ascii', 2, 'A[', '415B'],
  ['ebcdic', 2, 'A[', 'C1BA'],
  ['ebcdic1047', 2, 'A[', 'C1AD'],
  ['bcd', 3, '123', '0123'],
  ['bcd-left', 3, '123', '0123'],
  ['bcd-right', 3, '123', '1230'],
  ['binary', 2, hex('0102'), '0102'],
  ['hex', 2, hex('0A02'), '30413032'],
])('content in %s', (enc, max, value, expected) => {
  expect(written({ len: 'fixed', max, enc }, value)).toBe(expected);
});

test.each([
  ['digits', '03'],
  ['nibbles', '03'],
])('a length in %s counts the digits of a packed number', (lenUnit, prefix) => {
  const row = { len: 'LL', lenEnc: 'bcd', lenUnit, max: 9, enc: 'bcd-left' };
  expect(written(row, '123')).toBe(`${prefix}0123`);
});

describe('what is no compact specification', () => {
  test.each([
    [{ ...HEAD, bitmap: 'octal' }, 'bitmap'],
    [{ bitmap: 'binary' }, 'mti'],
    [{ ...HEAD, x: {} }, 'x'],
    [{ ...HEAD, 48: { len: 'LLLLL', lenEnc: 'bcd', max: 9, enc: 'ascii' } }, '48.len'],
    [{ ...HEAD, 48: { len: 'LL', lenEnc: 'utf-8', max: 9, enc: 'ascii' } }, '48.lenEnc'],
    [{ ...HEAD, 48: { len: 'fixed', max: 9, enc: 'utf-8' } }, '48.enc'],
    [{ ...HEAD, 48: { len: 'fixed', enc: 'ascii' } }, '48.max'],
    [{ ...HEAD, 1: { len: 'fixed', max: 9, enc: 'ascii' } }, 'fields.1'],
    [{ ...HEAD, 193: { len: 'fixed', max: 9, enc: 'ascii' } }, 'fields.193'],
  ])('%j', (json, path) => {
    expect(parseInlineSpec(json)).toMatchObject({ error: { kind: 'bad-spec', path } });
  });
});
