import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { answerTpdu, FRAME_FORMATS, framed, splitFrames, splitTpdu } from './framing.ts';

describe.each(FRAME_FORMATS)('%s', (format) => {
  const framing = framed(format, 400);

  test('messages come out as they went in, however the stream is cut', () => {
    const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 5 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(50), { maxLength: 40 }), (sent, cuts) => {
        const stream = concatBytes(...sent.map((message) => framing.encode(message)));
        const decoder = framing.decoder();
        const received: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          const pushed = decoder.push(stream.subarray(at, at + cut));
          if (!pushed.ok) throw new Error(pushed.error.kind);
          received.push(...pushed.value);
          at += cut;
        }
        expect(received).toEqual(sent);
      }),
    );
  });

  test('a length of nothing or too much ends the stream, with its offset', () => {
    const decoder = framing.decoder();
    const first = framing.encode(hex('0800'));
    expect(decoder.push(concatBytes(first, first)).ok).toBe(true);
    const empty = first
      .slice(0, -2)
      .map((byte, i) => (i === (format === 'ascii-4' ? 3 : 1) ? byte - 2 : byte));
    expect(decoder.push(empty)).toEqual({
      ok: false,
      error: { kind: 'bad-frame-length', path: '', offset: 2 * first.length },
    });
    expect(decoder.push(first)).toMatchObject({ error: { offset: 2 * first.length } });
    const longer = framed(format, 9999).encode(new Uint8Array(401));
    expect(framing.decoder().push(longer)).toMatchObject({ error: { kind: 'bad-frame-length' } });
  });

  test('takes no message that it could not frame', () => {
    expect(() => framing.encode(new Uint8Array(0))).toThrow(RangeError);
    expect(() => framing.encode(new Uint8Array(401))).toThrow(RangeError);
    expect(() => framed(format, 0)).toThrow(RangeError);
    expect(() => framed(format, 0x10000)).toThrow(RangeError);
  });
});

test.each([
  ['binary-2', '013F'],
  ['bcd-2', '0319'],
  ['ascii-4', '30333139'],
  ['vmlh', '013F0000'],
] as const)('%s writes 319 as %s', (format, header) => {
  const framedBytes = framed(format, 1000).encode(new Uint8Array(319));
  expect(encodeHex(framedBytes.subarray(0, header.length / 2))).toBe(header);
});

test.each([
  ['bcd-2', '0A00'],
  ['ascii-4', '00319999'],
] as const)('%s refuses digits that are none', (format, bytes) => {
  expect(framed(format, 1000).decoder().push(hex(bytes))).toMatchObject({
    error: { kind: 'bad-frame-length', offset: 0 },
  });
});

test('session control of VMLH is no message, whatever it frames', () => {
  const control = `000F0020${'00'.repeat(15)}`;
  const decoder = framed('vmlh', 100).decoder();
  expect(decoder.push(hex(`${control}00000020000200000800`))).toEqual({
    ok: true,
    value: [hex('0800')],
  });
  expect(decoder.push(hex('00000000'))).toMatchObject({ error: { offset: 29 } });
});

test('a recording is split whole or not at all', () => {
  expect(splitFrames('binary-2', 100, hex('0002080000020810'))).toEqual({
    ok: true,
    value: [hex('0800'), hex('0810')],
  });
  for (const cut of ['00', '0002', '000208']) {
    expect(splitFrames('binary-2', 100, hex(`00020800${cut}`))).toEqual({
      ok: false,
      error: { kind: 'frame-truncated', path: '', offset: 4 + cut.length / 2 },
    });
  }
  expect(splitFrames('binary-2', 1, hex('00020800'))).toMatchObject({
    error: { kind: 'bad-frame-length' },
  });
});

test('a TPDU is taken off, and turned round for the answer', () => {
  const split = splitTpdu(hex('6000123456' + '0800'));
  expect(split).toEqual({ ok: true, value: { tpdu: hex('6000123456'), message: hex('0800') } });
  expect(encodeHex(answerTpdu(hex('6000123456')))).toBe('6034560012');
  expect(splitTpdu(hex('60001234'))).toMatchObject({ error: { kind: 'bad-tpdu', offset: 4 } });
  expect(splitTpdu(hex('6100123456'))).toMatchObject({ error: { kind: 'bad-tpdu' } });
});
