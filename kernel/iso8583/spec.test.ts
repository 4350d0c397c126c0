import { describe, expect, expectTypeOf, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import type { Tlv } from '../tlv/ber.ts';
import { decodeMessage, encodeMessage } from './message.ts';
import { messageFromJson, messageToJson } from './message-json.ts';
import { defineSpec } from './spec.ts';
import { formatMessageSpec, parseMessageSpec } from './spec-json.ts';
import { SHIPPED_SPECS } from './specs/find-spec.ts';

const LITERAL = defineSpec({
  name: 'literal',
  mtiEncoding: 'ascii',
  bitmapEncoding: 'hex',
  fields: {
    4: {
      name: 'Amount',
      format: 'n',
      encoding: 'ascii',
      length: { kind: 'fixed', length: 12 },
      sensitivity: 'none',
    },
    52: {
      name: 'PIN data',
      format: 'b',
      encoding: 'binary',
      length: { kind: 'fixed', length: 8 },
      sensitivity: 'pin',
    },
    55: {
      name: 'ICC data',
      format: 'b',
      encoding: 'binary',
      length: { kind: 'prefixed', prefixDigits: 3, prefixEncoding: 'ascii', max: 255 },
      sensitivity: 'none',
      content: 'ber-tlv-objects',
    },
    60: {
      name: 'Two parts',
      format: 'b',
      encoding: 'binary',
      length: { kind: 'prefixed', prefixDigits: 2, prefixEncoding: 'ascii', max: 20 },
      sensitivity: 'none',
      content: {
        kind: 'positional',
        parts: [
          {
            id: 'kind',
            name: 'Kind',
            format: 'an',
            encoding: 'ascii',
            length: { kind: 'fixed', length: 2 },
            sensitivity: 'none',
          },
          {
            id: 'rest',
            name: 'Rest',
            format: 'b',
            encoding: 'binary',
            length: { kind: 'prefixed', prefixDigits: 1, prefixEncoding: 'binary', max: 9 },
            sensitivity: 'none',
          },
        ],
      },
    },
  },
});

describe('a literal specification', () => {
  const bytes = encodeMessage(LITERAL, {
    mti: '0100',
    fields: {
      4: '000000001430',
      52: new Uint8Array(8),
      55: [{ tag: '9F36', value: hex('0001') } as Tlv],
      60: { kind: 'AB', rest: hex('0102') },
    },
  });

  test('gives its values their types', () => {
    if (!bytes.ok) throw new Error(bytes.error.kind);
    const message = decodeMessage(LITERAL, bytes.value);
    if (!message.ok) throw new Error(message.error.kind);
    const { fields } = message.value;
    expectTypeOf(fields[4]).toEqualTypeOf<string | undefined>();
    expectTypeOf(fields[52]).toEqualTypeOf<Uint8Array | undefined>();
    expectTypeOf(fields[55]).toEqualTypeOf<readonly Tlv[] | undefined>();
    expectTypeOf(fields[60]?.rest).toEqualTypeOf<Uint8Array | undefined>();
    expect(fields[60]).toEqual({ kind: 'AB', rest: hex('0102') });
    expect(fields[55]?.[0]).toMatchObject({ tag: '9F36', value: hex('0001') });
  });

  test('a message goes through JSON and back', () => {
    if (!bytes.ok) throw new Error(bytes.error.kind);
    const message = decodeMessage(LITERAL, bytes.value);
    if (!message.ok) throw new Error(message.error.kind);
    const json = JSON.parse(
      JSON.stringify(messageToJson(LITERAL, message.value, { reveal: true })),
    );
    expect(json.fields).toEqual({
      4: '000000001430',
      52: '0000000000000000',
      55: [{ tag: '9F36', value: '0001' }],
      60: { kind: 'AB', rest: '0102' },
    });
    const back = messageFromJson(LITERAL, json);
    if (!back.ok) throw new Error(back.error.path);
    expect(encodeMessage(LITERAL, back.value)).toEqual(bytes);
  });
});

describe('a specification in JSON', () => {
  test.each(SHIPPED_SPECS)('$name goes there and back', (spec) => {
    const read = parseMessageSpec(JSON.parse(formatMessageSpec(spec)));
    expect(read).toEqual({ ok: true, value: spec });
  });

  const valid = JSON.parse(formatMessageSpec(LITERAL));
  test.each<[string, (spec: typeof valid) => void]>([
    ['name', (spec) => delete spec.name],
    ['mtiEncoding', (spec) => (spec.mtiEncoding = 'utf-8')],
    ['maxBitmaps', (spec) => (spec.maxBitmaps = 4)],
    ['fields', (spec) => (spec.fields = [])],
    ['fields.1', (spec) => (spec.fields[1] = spec.fields[4])],
    ['fields.129', (spec) => (spec.fields[129] = spec.fields[4])],
    [
      'fields.193',
      (spec) => Object.assign(spec, { maxBitmaps: 3, fields: { 193: spec.fields[4] } }),
    ],
    ['fields.65', (spec) => Object.assign(spec, { maxBitmaps: 3, fields: { 65: spec.fields[4] } })],
    ['fields.4.format', (spec) => (spec.fields[4].format = 'x')],
    ['fields.4.encoding', (spec) => (spec.fields[4].encoding = 'binary')],
    ['fields.4.length.length', (spec) => (spec.fields[4].length.length = -1)],
    ['fields.55.length.max', (spec) => (spec.fields[55].length.max = '255')],
    [
      'fields.52.fill',
      (spec) => (spec.fields[52].fill = { side: 'left', character: '0', strip: true }),
    ],
    ['fields.55.content', (spec) => (spec.fields[55].content = 'xml')],
    ['fields.60.content.parts.1.id', (spec) => (spec.fields[60].content.parts[1].id = 'kind')],
    [
      'fields.60.content.parts.0.sensitivity',
      (spec) => delete spec.fields[60].content.parts[0].sensitivity,
    ],
  ])('%s', (path, damage) => {
    const spec = structuredClone(valid);
    damage(spec);
    expect(parseMessageSpec(spec)).toEqual({
      ok: false,
      error: { kind: 'bad-spec', path, offset: 0 },
    });
  });

  test.each([null, [], 'text', 7])('%j is none', (json) => {
    expect(parseMessageSpec(json)).toMatchObject({ ok: false });
  });
});
