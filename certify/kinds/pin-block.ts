import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { aesCipher, tdesCipher } from '#kernel/keys/block-cipher.ts';
import { type Pan, parsePan } from '#kernel/keys/pan.ts';
import { decodePinBlock, encodePinBlock, type PinBlockFormat } from '#kernel/keys/pin-block.ts';
import { decipherPinBlock, encipherPinBlock } from '#kernel/keys/pin-block-format4.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { changed, trailing, truncations } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { VectorKind } from '../vector-kind.ts';

const FORMATS: Readonly<Record<number, PinBlockFormat>> = { 0: 0, 1: 1, 2: 2, 3: 3 };

/** PIN blocks, formats 0 to 3 clear (or, with a key, enciphered with TDES), format 4 enciphered. */
export const pinBlockEncode: VectorKind = {
  kind: 'pin-block.encode',
  run(members) {
    const input = new VectorInput(members);
    const [format, pin] = [input.count('format'), input.text('pin')];
    const pan = readPan(input);
    const fill = input.has('fill') ? input.text('fill') : '';
    const key = input.has('key') ? input.key('key') : undefined;
    const fillBytes = format === 4 ? input.bytes('fill') : undefined;
    if (input.fault) return fail(input.fault);
    if (!pan.ok) return pan;
    if (fillBytes) {
      if (!key || !pan.value) return malformed('bad-input', key ? 'pan' : 'key', 0);
      const block = encipherPinBlock(pin, pan.value, fillBytes, key);
      return block.ok ? ok({ block: encodeHex(block.value) }) : block;
    }
    const known = FORMATS[format];
    if (known === undefined) return malformed('bad-format', 'format', 0);
    const account = pan.value && { pan: pan.value };
    const block = encodePinBlock({ format: known, pin, fill, ...account });
    if (!block.ok) return block;
    const enciphered = key && withTdes(key, block.value, 'encrypt');
    if (enciphered && !enciphered.ok) return enciphered;
    return ok({
      clear: encodeHex(block.value),
      ...(enciphered && { block: encodeHex(enciphered.value) }),
    });
  },
  *mutations(input) {
    const { pin, ...rest } = input;
    const wrong = { '123': 'length', '1234567890123': 'length', '12A4': 'digit' } as const;
    for (const [other, damage] of Object.entries(wrong)) {
      yield { damage, name: `a PIN of ${other}`, input: { ...rest, pin: other } };
    }
    yield* changed(input, 'pan', 'digit', [[0, 'A']]);
  },
};

/** The PIN of a block. */
export const pinBlockDecode: VectorKind = {
  kind: 'pin-block.decode',
  run(members) {
    const input = new VectorInput(members);
    const [format, block] = [input.count('format'), input.bytes('block')];
    const pan = readPan(input);
    const key = input.has('key') ? input.key('key') : undefined;
    if (input.fault) return fail(input.fault);
    if (!pan.ok) return pan;
    if (format === 4) {
      if (!key || !pan.value) return malformed('bad-input', key ? 'pan' : 'key', 0);
      const pin = decipherPinBlock(block, pan.value, key);
      return pin.ok ? ok({ pin: pin.value }) : pin;
    }
    const known = FORMATS[format];
    if (known === undefined) return malformed('bad-format', 'format', 0);
    const clear = key ? withTdes(key, block, 'decrypt') : ok(block);
    if (!clear.ok) return clear;
    const pin = decodePinBlock(known, clear.value, pan.value);
    return pin.ok ? ok({ pin: pin.value }) : pin;
  },
  *mutations(input) {
    yield* truncations(input, 'block', 2);
    yield* trailing(input, 'block', '00');
    if ('key' in input) return;
    const others = [...'0123456789ABCDEF'];
    yield* changed(
      input,
      'block',
      'tag',
      others.map((digit) => [0, digit] as const),
    );
    yield* changed(
      input,
      'block',
      'length',
      [...'0123DEF'].map((digit) => [1, digit] as const),
    );
  },
};

function readPan(input: VectorInput): Result<Pan | undefined, Malformed> {
  return input.has('pan') ? parsePan(input.text('pan')) : ok(undefined);
}

/** Formats 0 to 3 are enciphered with TDES, or with AES where the key can only be one. */
function withTdes(
  key: SecretKey,
  block: Uint8Array,
  way: 'encrypt' | 'decrypt',
): Result<Uint8Array, Malformed> {
  const cipher = key.lengthBytes === 32 ? aesCipher(key) : tdesCipher(key);
  if (!cipher.ok) return cipher;
  if (block.length !== cipher.value.blockBytes) {
    return malformed('bad-block-length', 'block', block.length);
  }
  return ok(cipher.value[way](block));
}
