import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { expectOk } from '../bytes/result.ts';
import { decodeTlv, encodeTlv } from '../tlv/ber.ts';
import { tlvFromJson, tlvToJson } from './tlv-json.ts';

/** The bytes that JSON stands for. */
const bytesOf = (json: unknown): string => encodeHex(encodeTlv(expectOk(tlvFromJson(json, '55'))));

describe('BER-TLV in JSON', () => {
  test.each([
    ['in their order', '9F260111' + '950122' + '820133'],
    ['those that are there twice', '950111' + '950122'],
    ['a length longer than it must be', '95830000' + '01AA'],
    ['padding', '0000' + '950111' + '00'],
    ['a template', '7003' + '950111'],
    ['a long value', `9F4681${'C8'}${'AB'.repeat(200)}`],
  ])('keeps %s', (_, text) => {
    const json = JSON.parse(JSON.stringify(tlvToJson(expectOk(decodeTlv(hex(text))))));
    expect(bytesOf(json)).toBe(text);
  });

  test('keeps whatever can be decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const decoded = decodeTlv(bytes);
        if (!decoded.ok || decoded.value.length === 0) return;
        expect(bytesOf(tlvToJson(decoded.value))).toBe(encodeHex(bytes));
      }),
    );
  });

  test('may also be hex, an object by tag, or templates with children', () => {
    expect(bytesOf('950111')).toBe('950111');
    expect(bytesOf({ '9f26': '11', '9F36': '22' })).toBe('9F2601119F360122');
    expect(bytesOf([{ tag: '70', children: [{ tag: '95', value: '11' }] }])).toBe('7003950111');
    expect(bytesOf({ 70: { 95: '11' } })).toBe('7003950111');
  });

  test.each([
    [null, 'wrong-type', '55'],
    [7, 'wrong-type', '55'],
    ['9', 'bad-hex', '55'],
    ['9501', 'bad-tlv', '55'],
    [['95'], 'wrong-type', '55'],
    [[{ tag: 95, value: '' }], 'wrong-type', '55'],
    [[{ tag: '95' }], 'wrong-type', '55.95'],
    [[{ tag: '95', value: '1' }], 'bad-hex', '55.95'],
    [[{ tag: '95', value: '', lengthOctets: 5 }], 'wrong-type', '55.95'],
    [[{ tag: '95', value: '', paddingBefore: 'x' }], 'bad-hex', '55.95'],
    [[{ tag: '95', value: '', paddingBefore: 'AA' }], 'bad-tlv', '55'],
    [[{ tag: '95', children: [] }], 'wrong-type', '55.95'],
    [{ '9F': '00' }, 'bad-tlv', '55.9F'],
    [{ '9F2': '00' }, 'bad-hex', '55.9F2'],
    [{ 95: 1 }, 'wrong-type', '55.95'],
  ])('%j is refused', (json, kind, path) => {
    expect(tlvFromJson(json, '55')).toMatchObject({ ok: false, error: { kind, path } });
  });

  test('is refused when it is too deep', () => {
    let json: object = { 95: '11' };
    for (let depth = 0; depth < 10_000; depth++) json = { 70: json };
    expect(tlvFromJson(json, '55')).toMatchObject({ ok: false, error: { kind: 'bad-tlv' } });
  });
});
