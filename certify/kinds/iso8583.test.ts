import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeHex } from '#kernel/bytes/hex.ts';
import type { MessageError } from '#kernel/iso8583/message.ts';
import type { MessageJsonError } from '#kernel/iso8583/message-json.ts';
import type { SpecJsonError } from '#kernel/iso8583/spec-json.ts';
import { judge } from '../judge.ts';
import { readPacks } from '../pack.ts';
import type { JsonObject } from '../vector-kind.ts';
import { iso8583Decode, iso8583Encode } from './iso8583.ts';

const fixed = (format: string, encoding: string, length: number) => ({
  name: 'Field',
  format,
  encoding,
  length: { kind: 'fixed', length },
  sensitivity: 'none',
});
const prefixed = (content?: unknown) => ({
  ...fixed('b', 'binary', 0),
  length: { kind: 'prefixed', prefixDigits: 2, prefixEncoding: 'binary', max: 255 },
  ...(content !== undefined && { content }),
});

/** A message with DE 55 of these bytes, under a specification that makes of it what it is told. */
const message = (content: unknown, bytes: string): JsonObject => ({
  spec: {
    name: 'inline',
    mtiEncoding: 'bcd',
    bitmapEncoding: 'binary',
    fields: { 55: prefixed(content) },
  } as unknown as JsonObject,
  hex: `01000000000000000200${encodeHex(Uint8Array.of(bytes.length / 2))}${bytes}`,
});
const TLV = '9F260111' + '950122' + '820133';
const PARTS = {
  kind: 'positional',
  parts: [
    { ...fixed('n', 'ascii', 2), id: 'kind' },
    { ...prefixed('ber-tlv-objects'), id: 'card' },
  ],
};
const decodes = (content: unknown, bytes: string, value: unknown) =>
  judge(iso8583Decode, {
    id: '',
    result: 'valid',
    input: message(content, bytes),
    expect: { mti: '0100', fields: { 55: value } } as JsonObject,
  });
const encodes = (content: unknown, value: unknown, bytes: string) => {
  const { spec, hex = '' } = message(content, bytes);
  return judge(iso8583Encode, {
    id: '',
    result: 'valid',
    input: { spec, mti: '0100', fields: { 55: value } } as JsonObject,
    expect: { hex },
  });
};

describe.each([undefined, 'ber-tlv', 'ber-tlv-objects'])('a field of BER-TLV (%s)', (content) => {
  const list = [
    { tag: '9F26', value: '11' },
    { tag: '95', value: '22' },
    { tag: '82', value: '33' },
  ];
  test.each([
    ['hex', TLV],
    ['by tag', { '9F26': '11', 95: '22', 82: '33' }],
  ])('is decoded and encoded in hex and by tag: %s', (_, value) => {
    expect(decodes(content, TLV, value)).toBeUndefined();
    expect(encodes(content, value, TLV)).toBeUndefined();
  });

  test('is encoded from a list in its order', () => {
    expect(encodes(content, list, TLV)).toBeUndefined();
    const reversed = encodes(content, [...list].reverse(), TLV);
    expect(reversed).toMatchObject({ reason: 'mismatch' });
  });

  test('what is not there, or otherwise, still fails', () => {
    expect(decodes(content, TLV, { '9F26': '11' })).toBeUndefined();
    expect(decodes(content, TLV, { '9F26': '12' })).toMatchObject({ reason: 'mismatch' });
    expect(decodes(content, TLV, { '9F36': '11' })).toMatchObject({ reason: 'mismatch' });
    expect(decodes(content, TLV, TLV.replace('33', '34'))).toMatchObject({ reason: 'mismatch' });
    expect(encodes(content, { '9F26': '11', 95: '23', 82: '33' }, TLV)).toMatchObject({
      reason: 'mismatch',
    });
  });
});

describe('a field of parts', () => {
  const bytes = `3031${'0A'}${TLV}`;
  test.each([
    ['parts', { kind: '01', card: { '9F26': '11', 95: '22', 82: '33' } }],
    ['parts with hex', { kind: '01', card: TLV }],
    ['hex', bytes],
  ])('is decoded and encoded as %s', (_, value) => {
    expect(decodes(PARTS, bytes, value)).toBeUndefined();
    expect(encodes(PARTS, value, bytes)).toBeUndefined();
  });

  test('hex that is not as its parts are is refused', () => {
    expect(encodes(PARTS, '3x', bytes)).toMatchObject({ actual: { error: 'bad-hex' } });
    expect(encodes(PARTS, '3078', bytes)).toMatchObject({
      actual: { error: 'bad-character', path: '55.kind' },
    });
  });
});

test('a template is compared by the tags within it', () => {
  const bytes = '7106' + '9F180111' + '860' + '0';
  expect(decodes('ber-tlv', bytes, { 71: { '9F18': '11' } })).toBeUndefined();
  expect(decodes('ber-tlv', bytes, { 71: '9F1801118600' })).toBeUndefined();
  expect(decodes('ber-tlv', bytes, { 71: { '9F18': '12' } })).toMatchObject({ reason: 'mismatch' });
});

/** Every kind of error that the codec and this kind have: the compiler sees that all are here. */
const ERRORS = {
  'length-truncated': true,
  'bad-length': true,
  'value-truncated': true,
  'bad-character': true,
  'bad-pad': true,
  'wrong-type': true,
  'bitmap-truncated': true,
  'bad-bitmap': true,
  'unknown-field': true,
  'missing-field': true,
  'repeated-field': true,
  'trailing-bytes': true,
  'bad-tlv': true,
  'bad-mti': true,
  'bad-hex': true,
  'bad-spec': true,
} satisfies Record<
  Exclude<MessageError['kind'] | MessageJsonError['kind'] | SpecJsonError['kind'], 'bad-message'>,
  true
>;

test('each kind of error is named by a vector', () => {
  const folder = path.resolve(import.meta.dirname, '../../test-vectors/iso8583');
  const vectors = readPacks([folder]).flatMap((file) => file.vectors);
  const named = new Set(vectors.map((vector) => vector.expect['error']));
  expect(Object.keys(ERRORS).filter((kind) => !named.has(kind))).toEqual([]);
});

test('what is no message at all is refused too', () => {
  expect(iso8583Encode.run({ spec: 'iso87-ascii' })).toMatchObject({
    error: { kind: 'bad-message', path: 'mti' },
  });
});

describe('damaged inputs', () => {
  const count = (input: JsonObject) => {
    const counts: Record<string, number> = {};
    for (const { damage } of iso8583Decode.mutations?.(input, {}) ?? []) {
      counts[damage] = (counts[damage] ?? 0) + 1;
    }
    return counts;
  };

  test('are made of every byte, character, length and bit that can be damaged', () => {
    const hex = '0800' + '8020000000000000' + '0400000000000000' + '000001' + '0301';
    // 22 places to cut; bits 70 to 128 and 65; three bytes of STAN and two of the code.
    expect(count({ spec: 'iso87-binary', hex })).toEqual({
      truncation: 23,
      'trailing-byte': 1,
      bitmap: 60,
      digit: 5,
    });
  });

  test('lengths too, and digits of bitmaps in hex', () => {
    const text = '0100' + '4000000000000000' + '021' + '2';
    const hex = encodeHex(new TextEncoder().encode(text));
    expect(count({ spec: 'iso87-ascii', hex })).toMatchObject({ length: 2, digit: 2 });
    const damaged = [...(iso8583Decode.mutations?.({ spec: 'iso87-ascii', hex }, {}) ?? [])];
    expect(damaged.map(({ name }) => name)).toContain('a digit that is none');
    for (const { input } of damaged) expect(iso8583Decode.run(input).ok).toBe(false);
  });
});
