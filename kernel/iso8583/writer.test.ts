import { expect, test } from 'vitest';
import { encodeHex } from '../bytes/hex.ts';
import { compileField } from './field.ts';
import type { FieldSpec } from './spec.ts';
import { Writer } from './writer.ts';

/** A writer whose buffer is full to the last byte, so that whatever comes next makes it grow. */
function full(): Writer {
  const writer = new Writer();
  writer.reserve(writer.bytes.length);
  return writer;
}

test('bytes that make the buffer grow are written into the larger one', () => {
  const writer = full();
  const { at } = writer;
  writer.put(Uint8Array.of(1, 2, 3));
  expect(encodeHex(writer.written().subarray(at))).toBe('010203');
});

test('what was handed out stays as it is, however much is written after it', () => {
  const writer = new Writer();
  const handedOut: Uint8Array[] = [];
  for (let i = 0; i < 200; i++) {
    writer.reset();
    writer.put(new Uint8Array(i * 7).fill(i));
    handedOut.push(writer.written());
  }
  handedOut.forEach((bytes, i) => {
    expect(bytes).toEqual(new Uint8Array(i * 7).fill(i));
  });
});

test('what was begun and given up leaves nothing behind', () => {
  const writer = new Writer();
  writer.put(Uint8Array.of(1, 2));
  writer.fail('bad-length', '4', 0);
  writer.reset();
  writer.put(Uint8Array.of(3));
  expect([writer.written(), writer.fault]).toEqual([Uint8Array.of(3), undefined]);
});

test('so is the sign of a packed amount', () => {
  const amount: FieldSpec = {
    name: 'Fee',
    format: 'x+n',
    encoding: 'bcd',
    length: { kind: 'fixed', length: 9 },
    pad: 'left',
    sensitivity: 'none',
  };
  const writer = full();
  const { at } = writer;
  compileField(amount, '28').encode('D00000123', writer);
  expect(writer.fault).toBeUndefined();
  expect(encodeHex(writer.written().subarray(at))).toBe('4400000123');
});
