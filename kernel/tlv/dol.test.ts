import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { dolFormat } from '../emv/dictionary/tags.ts';
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

test('a constructed object is zeros, be it known', () => {
  expect(built('7002BF0C029C01', { '70': '9A00', BF0C: '9A00', '9C': '20' })).toBe('0000000020');
});

test("the dictionary says which formats EMV's data have", () => {
  const entries = parseDol(hex('9F02075A0A500A'));
  if (!entries.ok) throw new Error(entries.error.kind);
  const values = new Map([
    ['9F02', hex('000000001000')],
    ['5A', hex('5413330089601034')],
    ['50', hex('56495341')],
  ]);
  expect(encodeHex(buildDol(entries.value, (tag) => values.get(tag), dolFormat))).toBe(
    `${'00000000001000'}${'5413330089601034FFFF'}${'56495341000000000000'}`,
  );
});

test('whatever the list, as many bytes are built as it asks for', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 64 }),
      (dol, value) => {
        const entries = parseDol(dol);
        if (!entries.ok) return;
        const asked = entries.value.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
        expect(buildDol(entries.value, () => value, dolFormat).length).toBe(asked);
      },
    ),
  );
});

describe('parseDol', () => {
  test.each([
    ['9F', 'tag-truncated', 1],
    ['9F38', 'length-truncated', 2],
    ['9FFFFFFFFF0102', 'tag-too-long', 0],
    ['9A030002', 'tag-reserved', 2],
  ])('refuses %s as %s', (text, kind, offset) => {
    expect(parseDol(hex(text))).toMatchObject({ ok: false, error: { kind, offset } });
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseDol(bytes)));
  });
});
