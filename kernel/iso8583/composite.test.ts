import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { expectOk } from '../bytes/result.ts';
import { describeMessage } from './describe.ts';
import { decodeMessage, encodeMessage } from './message.ts';
import { messageFromJson, messageToJson } from './message-json.ts';
import type { CompositeSpec, FieldSpec, FieldValue, MessageSpec } from './spec.ts';
import { parseMessageSpec } from './spec-json.ts';

const row = (format: FieldSpec['format'], length: number): FieldSpec => ({
  name: 'Part',
  format,
  encoding: format === 'b' ? 'binary' : 'ascii',
  length: { kind: 'fixed', length },
  sensitivity: 'none',
});
const specOf = (content: CompositeSpec, encoding: FieldSpec['encoding'] = 'binary') =>
  expectOk(
    parseMessageSpec({
      name: 'one',
      mtiEncoding: 'bcd',
      bitmapEncoding: 'binary',
      fields: {
        48: {
          ...row('b', 0),
          encoding,
          length: { kind: 'prefixed', prefixDigits: 2, prefixEncoding: 'binary', max: 99 },
          content,
        },
      },
    }),
  );
const START = '01000000000000010000';
const message = (inner: string, count = inner.length / 2) =>
  hex(START + encodeHex(Uint8Array.of(count)) + inner);
const decoded = (spec: MessageSpec, inner: string) =>
  expectOk(decodeMessage(spec, message(inner))).fields[48];
const encoded = (spec: MessageSpec, value: FieldValue) =>
  encodeMessage(spec, { mti: '0100', fields: { 48: value } });

const TAGGED: CompositeSpec = {
  kind: 'tagged',
  tagLength: 2,
  tagEncoding: 'ascii',
  prefixDigits: 2,
  prefixEncoding: 'ascii',
  parts: { '26': row('n', 2), A1: { ...row('ans', 9), sensitivity: 'pan' } },
};
const A1_THEN_26 = '4131' + '3039' + '414141414141414141' + '3236' + '3032' + '3432';

describe('tagged parts', () => {
  const spec = specOf(TAGGED);

  test('keep their order, as values and in JSON, though an object would not', () => {
    const value = decoded(spec, A1_THEN_26);
    expect(value).toEqual({ A1: 'AAAAAAAAA', 26: '42' });
    expect(encoded(spec, value ?? {})).toEqual({ ok: true, value: message(A1_THEN_26) });
    const whole = { mti: '0100', fields: { 48: value ?? {} } };
    const json = messageToJson(spec, whole, { reveal: true });
    expect(json.fields[48]).toEqual([
      { tag: 'A1', value: 'AAAAAAAAA' },
      { tag: '26', value: '42' },
    ]);
    expect(encodeMessage(spec, expectOk(messageFromJson(spec, json)))).toEqual({
      ok: true,
      value: message(A1_THEN_26),
    });
  });

  test('are written as they stand once there are others', () => {
    const value = { ...(decoded(spec, A1_THEN_26) as object), A1: 'BBBBBBBBB' };
    expect(encoded(spec, value)).toMatchObject({ ok: true });
  });

  test('without a row are bytes, and masked', () => {
    const value = decoded(spec, '5A5A' + '3031' + 'FF');
    expect(value).toEqual({ ZZ: hex('FF') });
    const [field] = describeMessage(spec, { fields: { 48: value ?? {} } });
    expect(field?.parts?.[0]).toMatchObject({ name: 'Unknown', path: '48.ZZ', value: '*' });
  });

  test('may have any tag', () => {
    const long = specOf({ ...TAGGED, tagLength: 9 });
    const bytes = `${encodeHex(new TextEncoder().encode('__proto__01'))}FF`;
    const value = decoded(long, bytes);
    expect(Object.entries(value ?? {})).toEqual([['__proto__', hex('FF')]]);
    expect(encoded(long, value ?? {})).toEqual({ ok: true, value: message(bytes) });
  });

  test('each come once', () => {
    const twice = '323630323432' + '323630323433';
    expect(decodeMessage(spec, message(twice))).toMatchObject({
      error: {
        kind: 'repeated-field',
        path: '48.26',
        offset: 17,
        decoded: { fields: { 48: { 26: '42' } } },
      },
    });
    const list = [
      { tag: '26', value: '42' },
      { tag: '26', value: '43' },
    ];
    expect(messageFromJson(spec, { mti: '0100', fields: { 48: list } })).toMatchObject({
      error: { kind: 'repeated-field', path: '48.26' },
    });
  });

  test.each([
    [['26'], 'wrong-type', '48'],
    [[{ value: '42' }], 'wrong-type', '48'],
    [7, 'wrong-type', '48'],
    [{ ZZ: { a: '1' } }, 'wrong-type', '48.ZZ'],
    ['4131', 'length-truncated', '48.A1'],
  ])('JSON %j is refused', (value, kind, path) => {
    expect(messageFromJson(spec, { mti: '0100', fields: { 48: value } })).toMatchObject({
      error: { kind, path },
    });
  });

  test('a tag of another length is none', () => {
    expect(encoded(spec, { A: '1' })).toMatchObject({ error: { kind: 'unknown-field' } });
    expect(encoded(spec, { AĀ: '1' })).toMatchObject({ error: { kind: 'unknown-field' } });
  });
});

describe('what was read of a field before the fault in it', () => {
  const inner: FieldSpec = {
    ...row('b', 0),
    length: { kind: 'prefixed', prefixDigits: 2, prefixEncoding: 'binary', max: 99 },
    content: {
      kind: 'bitmap',
      bitmapEncoding: 'binary',
      bitmapBytes: 1,
      parts: { 1: row('n', 1), 2: row('n', 1) },
    },
  };
  const nested = specOf({
    kind: 'positional',
    parts: [
      { ...row('n', 2), id: 'kind' },
      { ...inner, id: 'rest' },
    ],
  });

  test('is told, nested as it is', () => {
    expect(decodeMessage(nested, message('3031' + '03' + 'C0' + '37' + '41'))).toMatchObject({
      error: {
        kind: 'bad-character',
        path: '48.rest.2',
        offset: 16,
        decoded: { mti: '0100', fields: { 48: { kind: '01', rest: { 1: '7' } } } },
      },
    });
  });

  test('is told of BER-TLV too', () => {
    const spec = specOf({
      kind: 'positional',
      parts: [{ ...inner, content: 'ber-tlv-objects', id: 'card' }],
    });
    expect(decodeMessage(spec, message('05' + '950122' + '8202'))).toMatchObject({
      error: {
        kind: 'bad-tlv',
        path: '48.card.82',
        decoded: { fields: { 48: { card: [{ tag: '95' }] } } },
      },
    });
  });

  test('in hex has its place in the message', () => {
    const parts = [{ ...row('n', 2), id: 'kind' }];
    const spec = specOf({ kind: 'positional', parts }, 'hex');
    const text = encodeHex(new TextEncoder().encode('3041'));
    expect(decodeMessage(spec, message(text, 2))).toMatchObject({
      error: { kind: 'bad-character', path: '48.kind', offset: 13 },
    });
  });
});
