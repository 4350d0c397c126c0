import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex } from '../bytes/hex.ts';
import { expectOk } from '../bytes/result.ts';
import { applyPinOffset, computePinOffset } from './card-verification.ts';
import { fillBytesFor, unwrapKeyBlock, wrapKeyBlock } from './key-block.ts';
import { KEY_BLOCK_VERSIONS, parseKeyBlockHeader } from './key-block-header.ts';
import { parsePan } from './pan.ts';
import { decodePinBlock, encodePinBlock, translatePinBlock } from './pin-block.ts';
import { decipherPinBlock, encipherPinBlock } from './pin-block-format4.ts';
import { SecretKey } from './secret-key.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const digits = (min: number, max: number) =>
  fc.string({ minLength: min, maxLength: max, unit: fc.constantFrom(...'0123456789') });
const pins = digits(4, 12);
const pans = digits(13, 19).map((text) => expectOk(parsePan(text)));
const fills = fc.string({ minLength: 10, maxLength: 10, unit: fc.constantFrom(...'ABCDEF') });
const formats = fc.constantFrom(0, 1, 2, 3);

describe('PIN blocks', () => {
  test('what is encoded decodes to the PIN', () => {
    fc.assert(
      fc.property(formats, pins, pans, fills, (format, pin, pan, fill) => {
        const block = expectOk(encodePinBlock({ format, pin, pan, fill }));
        expect(decodePinBlock(format, block, pan)).toEqual({ ok: true, value: pin });
      }),
    );
  });

  test('format 4 too, with every key length and any PAN', () => {
    const keys = fc.constantFrom(16, 24, 32).chain(bytes);
    const anyPan = digits(1, 19).map((text) => expectOk(parsePan(text)));
    fc.assert(
      fc.property(pins, anyPan, bytes(8), keys, (pin, pan, fill, raw) => {
        const key = new SecretKey(raw);
        const block = expectOk(encipherPinBlock(pin, pan, fill, key));
        expect(decipherPinBlock(block, pan, key)).toEqual({ ok: true, value: pin });
      }),
    );
  });

  test('a translated block holds the same PIN', () => {
    fc.assert(
      fc.property(formats, formats, pins, pans, fills, (from, to, pin, pan, fill) => {
        const block = expectOk(encodePinBlock({ format: from, pin, pan, fill }));
        const other = translatePinBlock({ format: from, block, pan }, { format: to, pan, fill });
        expect(decodePinBlock(to, expectOk(other), pan)).toEqual({ ok: true, value: pin });
      }),
    );
  });

  test('arbitrary bytes give a PIN of digits or a typed error', () => {
    fc.assert(
      fc.property(formats, fc.uint8Array({ maxLength: 20 }), pans, (format, block, pan) => {
        const pin = decodePinBlock(format, block, pan);
        if (pin.ok) expect(pin.value).toMatch(/^\d{4,12}$/);
        else expect(pin.error.offset).toBeLessThanOrEqual(Math.max(8, block.length));
      }),
    );
  });
});

describe('key blocks', () => {
  const blocks = fc.array(
    fc.record({
      id: fc.constantFrom('KS', 'LB', 'TS', '00', 'A9'),
      data: fc.string({ maxLength: 300, unit: fc.constantFrom(...'0 ~ABab') }),
    }),
    { maxLength: 3 },
  );

  test('what is wrapped unwraps to header and key, for every version', () => {
    const version = fc.constantFrom(...KEY_BLOCK_VERSIONS);
    const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(version, bytes(16), key, blocks, (version, kbpk, raw, optionalBlocks) => {
        const header = {
          ...{ version, keyUsage: 'K0', algorithm: 'A', modeOfUse: 'B', keyVersion: '01' },
          ...{ exportability: 'N', optionalBlocks },
        };
        const protectionKey = new SecretKey(kbpk);
        const fill = new Uint8Array(fillBytesFor(version, raw.length));
        const block = expectOk(wrapKeyBlock(protectionKey, header, new SecretKey(raw), fill));
        expect(Number(block.slice(1, 5))).toBe(block.length);
        const opened = expectOk(unwrapKeyBlock(protectionKey, block));
        expect(opened.header).toEqual(header);
        expect(opened.key.revealHex()).toBe(encodeHex(raw));
      }),
    );
  });

  test('arbitrary text is refused with an offset inside it, and never throws', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ maxLength: 60, unit: fc.constantFrom(...'ABCDE0123456789KSPB') }).map((body) => {
        const block = `B0000P0TE00N0${body}`;
        return `B${String(block.length).padStart(4, '0')}${block.slice(5)}`;
      }),
    );
    fc.assert(
      fc.property(text, (block) => {
        const read = parseKeyBlockHeader(block);
        if (!read.ok) expect(read.error.offset).toBeLessThanOrEqual(block.length);
        expect(unwrapKeyBlock(new SecretKey(new Uint8Array(16)), block).ok).toBe(false);
      }),
    );
  });
});

test('the offset of a PIN gives the PIN back', () => {
  const input = { validationData: '1122334455667788', decimalisationTable: '0123456789012345' };
  fc.assert(
    fc.property(bytes(16), pins, (raw, pin) => {
      const key = new SecretKey(raw);
      const offset = expectOk(computePinOffset(key, input, pin));
      expect(applyPinOffset(key, input, offset)).toEqual({ ok: true, value: pin });
    }),
  );
});
