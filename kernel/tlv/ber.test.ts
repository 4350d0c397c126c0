import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { decodeTlv, encodeTlv, findTag } from './ber.ts';

const FCI =
  '6F2D840E325041592E5359532E4444463031A51BBF0C1861164F07A0000000031010500B5649534120435245444954';

function decoded(text: string) {
  const result = decodeTlv(hex(text));
  if (!result.ok) throw new Error(`${result.error.kind} at ${result.error.path}`);
  return result.value;
}

describe('decodeTlv', () => {
  test('reads nested templates and leaves values as views of the input', () => {
    const bytes = hex(FCI);
    const result = decodeTlv(bytes);
    if (!result.ok) throw new Error(result.error.kind);
    const aid = findTag(result.value, '4F');
    expect(aid && encodeHex(aid.value)).toBe('A0000000031010');
    expect(aid?.value.buffer).toBe(bytes.buffer);
    expect(findTag(result.value, '9F38')).toBeUndefined();
  });

  test('passes over 00 before, between and after objects', () => {
    const objects = decoded('00009A03200316000082022000' + '00');
    expect(objects.map((object) => object.tag)).toEqual(['9A', '82']);
  });

  test('keeps duplicates in their order', () => {
    const objects = decoded('9A03200316' + '9A03200317');
    expect(objects.map((object) => encodeHex(object.value))).toEqual(['200316', '200317']);
  });

  test('reads lengths of one to four following bytes', () => {
    for (const prefix of ['8103', '820003', '83000003', '8400000003']) {
      expect(encodeHex(decoded(`9A${prefix}200316`)[0]?.value ?? hex(''))).toBe('200316');
    }
  });

  test.each([
    ['9F', 'tag-truncated', '', 1],
    ['9FFFFFFF01', 'tag-too-long', '', 0],
    ['9A', 'length-truncated', '9A', 1],
    ['9A82', 'length-truncated', '9A', 2],
    ['9A80', 'length-unsupported', '9A', 1],
    ['9A850000000001FF', 'length-unsupported', '9A', 1],
    ['9A0320', 'value-truncated', '9A', 2],
    ['70059A0420031600', 'value-truncated', '70.9A', 4],
    ['61036102', 'value-truncated', '61', 2],
  ])('refuses %s as %s', (text, kind, path, offset) => {
    expect(decodeTlv(hex(text))).toMatchObject({ ok: false, error: { kind, path, offset } });
  });

  test('an error holds what came before it, in its template too', () => {
    const result = decodeTlv(hex('9C0100' + '70089A03200316' + '9F0205'));
    if (result.ok) throw new Error('decoded');
    const [type, record] = result.error.decoded;
    expect(result.error).toMatchObject({ kind: 'value-truncated', path: '70.9F02', offset: 13 });
    expect(type?.tag).toBe('9C');
    expect(record?.children?.map(({ tag }) => tag)).toEqual(['9A']);
  });

  test('keeps the form of each length', () => {
    const objects = decoded('9C0100' + '9C810100' + '9C8400000000');
    expect(objects.map(({ lengthOctets }) => lengthOctets)).toEqual([0, 1, 4]);
  });

  test.each([
    ['none', '9C01000000', { error: { kind: 'tag-reserved', path: '', offset: 3 } }],
    ['none', '70049C010000', { error: { kind: 'tag-reserved', path: '70', offset: 5 } }],
    ['00', '9C0100FF', { error: { kind: 'tag-truncated' } }],
    ['00', 'FF81060100', { value: [{ tag: 'FF8106' }] }],
    ['00-ff', 'FF009C0100FF', { value: [{ tag: '9C' }] }],
    ['00-ff', 'FF81060100', { ok: false }],
  ] as const)('padding %s: %s', (padding, text, expected) => {
    expect(decodeTlv(hex(text), { padding })).toMatchObject(expected);
  });

  test("padding is on the object behind it, the last one's own after it", () => {
    const [first, second] = decoded('0000' + '9C0100' + '00' + '9C0101' + '000000');
    expect([first?.paddingBefore?.length, first?.paddingAfter?.length]).toEqual([2, undefined]);
    expect([second?.paddingBefore?.length, second?.paddingAfter?.length]).toEqual([1, 3]);
  });

  test('refuses templates in one another beyond the limit', () => {
    const nested = (depth: number): Uint8Array => {
      let bytes = hex('9A00');
      for (let i = 0; i < depth; i++) bytes = encodeTlv([{ tag: '61', value: bytes }]);
      return bytes;
    };
    expect(decodeTlv(nested(16))).toMatchObject({ ok: true });
    expect(decodeTlv(nested(17))).toMatchObject({ error: { kind: 'too-deep', offset: 34 } });
    expect(decodeTlv(nested(3), { maxDepth: 2 })).toMatchObject({
      error: { kind: 'too-deep', path: '61.61.61' },
    });
    expect(() => decodeTlv(nested(1), { maxDepth: 65 })).toThrow(RangeError);
  });

  test('refuses more bytes than the limit', () => {
    expect(decodeTlv(hex('9A03200316'), { maxBytes: 4 })).toEqual({
      ok: false,
      error: { kind: 'too-large', path: '', offset: 4, decoded: [] },
    });
  });
});

describe('encodeTlv', () => {
  test('writes the shortest length', () => {
    for (const [length, prefix] of [
      [127, '7F'],
      [128, '8180'],
      [256, '820100'],
      [65_536, '83010000'],
    ] as const) {
      const encoded = encodeTlv([{ tag: '9F10', value: new Uint8Array(length) }]);
      expect(encodeHex(encoded.subarray(2, encoded.length - length))).toBe(prefix);
    }
  });

  test('reproduces a whole template', () => {
    expect(encodeHex(encodeTlv(decoded(FCI)))).toBe(FCI);
  });

  test('writes what was decoded as it was, or anew', () => {
    const text = '00' + '70810C' + '009C8300000100' + '5F2A00' + '0000' + '00';
    expect(encodeHex(encodeTlv(decoded(text)))).toBe(text);
    expect(encodeHex(encodeTlv(decoded(text), { normalise: true }))).toBe(
      '7006' + '9C0100' + '5F2A00',
    );
  });

  test('writes the length as asked where it holds it', () => {
    const value = new Uint8Array(200);
    const headers = [0, 1, 2, 4].map((lengthOctets) =>
      encodeHex(encodeTlv([{ tag: '9A', value, lengthOctets }]).subarray(0, -200)),
    );
    expect(headers).toEqual(['9A81C8', '9A81C8', '9A8200C8', '9A84000000C8']);
  });

  test.each([
    [{ tag: '9F', value: hex('') }],
    [{ tag: '9F0201', value: hex('') }],
    [{ tag: '9G', value: hex('') }],
    [{ tag: '9', value: hex('') }],
    [{ tag: '', value: hex('') }],
    [{ tag: '00', value: hex('') }],
    [{ tag: '9A', children: [] }],
    [{ tag: '9A', value: hex(''), lengthOctets: 5 }],
  ])('throws for %j', (object) => {
    expect(() => encodeTlv([object])).toThrow(RangeError);
  });
});
