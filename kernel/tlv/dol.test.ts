import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { buildDol, type DolFormat, parseDol } from './dol.ts';

function built(dol: string, data: Record<string, string>, formats: Record<string, DolFormat> = {}) {
  const entries = parseDol(hex(dol));
  if (!entries.ok) throw new Error(entries.error.kind);
  const lookUp = (tag: string) => (data[tag] === undefined ? undefined : hex(data[tag]));
  return encodeHex(buildDol(entries.value, lookUp, (tag) => formats[tag] ?? 'b'));
}

describe('buildDol', () => {
  test('puts values one after the other and zeros for what is not known', () => {
    expect(built('9F02069F37049A03', { '9F02': '000000009000', '9A': '200316' })).toBe(
      '000000009000' + '00000000' + '200316',
    );
  });

  test.each([
    ['n', '9F0204', '000000009000', '00009000'],
    ['n', '9F0208', '000000009000', '0000000000009000'],
    ['cn', '9F0208', '123456789012', '123456789012FFFF'],
    ['cn', '9F0204', '123456789012', '12345678'],
    ['b', '9F0208', '010203040506', '0102030405060000'],
    ['b', '9F0204', '010203040506', '01020304'],
    ['ans', '9F0208', '414243444546', '4142434445460000'],
    ['an', '9F0204', '414243444546', '41424344'],
  ] as const)('%s into %s', (format, dol, value, expected) => {
    expect(built(dol, { '9F02': value }, { '9F02': format })).toBe(expected);
  });
});

describe('parseDol', () => {
  test.each([
    ['9F', 'tag-truncated', 1],
    ['9F38', 'length-truncated', 2],
    ['9FFFFFFFFF0102', 'tag-too-long', 0],
  ])('refuses %s as %s', (text, kind, offset) => {
    expect(parseDol(hex(text))).toMatchObject({ ok: false, error: { kind, offset } });
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseDol(bytes)));
  });
});
