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
