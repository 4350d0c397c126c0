import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { decodeMessage, encodeMessage, type Message } from './message.ts';
import type { MessageSpec } from './spec.ts';
import { TESSERA_HOST } from './specs/tessera-host.ts';

const AUTHORISATION: Message = {
  mti: '0100',
  fields: {
    2: '4761739001010010',
    3: '000000',
    4: '000000001430',
    7: '1124131500',
    11: '000042',
    12: '141500',
    13: '1124',
    14: '2212',
    22: '071',
    23: '001',
    25: '00',
    35: '4761739001010010D22122011143844489',
    41: '10000001',
    42: 'TESSERA00000001',
    49: '978',
    55: hex('9F260848325309BE82CBA29F270180'),
    60: hex('DF010763617368696572'),
    64: hex('0102030405060708'),
  },
};

function encoded(message: Message, spec: MessageSpec = TESSERA_HOST): Uint8Array {
  const result = encodeMessage(spec, message);
  if (!result.ok) throw new Error(`${result.error.kind} at ${result.error.path}`);
  return result.value;
}

describe('the Tessera host specification', () => {
  test('writes the type, the bitmap and the fields in order', () => {
    const text = encodeHex(encoded(AUTHORISATION));
    expect(text.slice(0, 4)).toBe('0100');
    expect(text.slice(4, 20)).toBe('723C068020C08211');
    expect(text.slice(20, 38)).toBe('164761739001010010');
    expect(text).toContain('0071' + '0001' + '00' + '34' + '4761739001010010D22122011143844489');
    expect(text.endsWith('0102030405060708')).toBe(true);
  });

  test('gives back what it was given', () => {
    expect(decodeMessage(TESSERA_HOST, encoded(AUTHORISATION))).toEqual({
      ok: true,
      value: AUTHORISATION,
    });
  });

  test('uses the secondary bitmap for data elements over 64', () => {
    const echo = {
      mti: '0800',
      fields: { 7: '1124131500', 11: '000001', 41: '10000001', 70: '301' },
    };
    const bytes = encoded(echo);
    expect(encodeHex(bytes.subarray(2, 18))).toBe('82200000008000000400000000000000');
    expect(decodeMessage(TESSERA_HOST, bytes)).toEqual({ ok: true, value: echo });
  });

  test('every truncation and every trailing byte is refused, with path and offset', () => {
    const bytes = encoded(AUTHORISATION);
    for (let length = 0; length < bytes.length; length++) {
      const result = decodeMessage(TESSERA_HOST, bytes.subarray(0, length));
      expect(result.ok, `accepted ${length} of ${bytes.length} bytes`).toBe(false);
      if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(length);
    }
    const longer = new Uint8Array([...bytes, 0]);
    expect(decodeMessage(TESSERA_HOST, longer)).toMatchObject({
      ok: false,
      error: { kind: 'trailing-bytes', offset: bytes.length, decoded: { mti: '0100' } },
    });
  });

  test('arbitrary and mutated bytes never throw', () => {
    const bytes = encoded(AUTHORISATION);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        (any) => void decodeMessage(TESSERA_HOST, any),
      ),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const mutated = bytes.slice();
        mutated[at] = byte;
        const result = decodeMessage(TESSERA_HOST, mutated);
        if (result.ok) expect(encoded(result.value)).toEqual(mutated);
      }),
      { numRuns: 500 },
    );
  });
});

describe('faults have a kind, a path and an offset', () => {
  test.each([
    ['01A0', 'bad-mti', 'mti', 1],
    ['01007200', 'bitmap-truncated', 'bitmap', 4],
    ['01000800000000000000', 'unknown-field', '5', 10],
    ['01004000000000000000' + 'A1', 'bad-length', '2', 10],
    ['01004000000000000000' + '20', 'bad-length', '2', 10],
    ['01004000000000000000' + '04123A', 'bad-character', '2', 12],
    ['01000000040000000000' + '1071', 'bad-pad', '22', 10],
    ['01000000000000000200' + '0003' + '9F2605', 'bad-tlv', '55.9F26', 15],
    ['81', 'bad-mti', 'mti', 1],
  ])('%s', (text, kind, path, offset) => {
    expect(decodeMessage(TESSERA_HOST, hex(text))).toMatchObject({
      ok: false,
      error: { kind, path, offset },
    });
  });

  test.each([
    [{ 4: '12' }, 'bad-length', '4'],
    [{ 4: '00000000143A' }, 'bad-character', '4'],
    [{ 2: '1'.repeat(20) }, 'bad-length', '2'],
    [{ 55: 'text' }, 'wrong-type', '55'],
    [{ 39: hex('3030') }, 'wrong-type', '39'],
    [{ 5: '000000000000' }, 'unknown-field', '5'],
  ])('encoding %o', (fields, kind, path) => {
    expect(
      encodeMessage(TESSERA_HOST, { mti: '0100', fields: fields as Message['fields'] }),
    ).toMatchObject({
      ok: false,
      error: { kind, path },
    });
  });
});

test('a second bitmap that names nothing is kept', () => {
  const bytes = hex('0800' + '8020000000000000' + '0000000000000000' + '000001');
  const message = { mti: '0800', fields: { 11: '000001' }, bitmaps: 2 } as const;
  expect(decodeMessage(TESSERA_HOST, bytes)).toEqual({ ok: true, value: message });
  expect(encodeMessage(TESSERA_HOST, message)).toEqual({ ok: true, value: bytes });
});

test('ASCII lengths and a hexadecimal bitmap are read and written too', () => {
  const spec: MessageSpec = {
    name: 'ascii',
    mtiEncoding: 'ascii',
    bitmapEncoding: 'hex',
    fields: {
      2: {
        name: 'PAN',
        format: 'n',
        encoding: 'ascii',
        length: { kind: 'prefixed', prefixDigits: 2, prefixEncoding: 'ascii', max: 19 },
        sensitivity: 'pan',
      },
      70: {
        name: 'Code',
        format: 'n',
        encoding: 'ascii',
        length: { kind: 'fixed', length: 3 },
        sensitivity: 'none',
      },
    },
  };
  const message = { mti: '0800', fields: { 2: '123456', 70: '301' } };
  const bytes = encoded(message, spec);
  expect(String.fromCharCode(...bytes)).toBe('0800C000000000000000040000000000000006123456301');
  expect(decodeMessage(spec, bytes)).toEqual({ ok: true, value: message });
  for (let length = 0; length < bytes.length; length++) {
    expect(decodeMessage(spec, bytes.subarray(0, length)).ok).toBe(false);
  }
});

test('a header is written only where the specification has one', () => {
  const message = { mti: '0800', fields: {}, header: hex('00') };
  expect(encodeMessage(TESSERA_HOST, message)).toMatchObject({
    error: { kind: 'unknown-field', path: 'header' },
  });
});

test('bytes that must be BER-TLV are not written when they are none', () => {
  const message = { mti: '0100', fields: { 55: hex('9F3602') } };
  expect(encodeMessage(TESSERA_HOST, message)).toMatchObject({
    error: { kind: 'bad-tlv', path: '55.9F36', offset: 3 },
  });
});
