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
    expect(decodeTlv(hex(text))).toEqual({ ok: false, error: { kind, path, offset } });
  });

  test('refuses nesting without end', () => {
    let bytes = hex('9A00');
    for (let i = 0; i < 20; i++) bytes = encodeTlv([{ tag: '61', value: bytes }]);
    expect(decodeTlv(bytes)).toMatchObject({ ok: false, error: { kind: 'too-deep' } });
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
});
