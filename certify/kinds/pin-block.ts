import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { aesCipher, tdesCipher } from '#kernel/keys/block-cipher.ts';
import { type Pan, parsePan } from '#kernel/keys/pan.ts';
import { decodePinBlock, encodePinBlock, type PinBlockFormat } from '#kernel/keys/pin-block.ts';
import { decipherPinBlock, encipherPinBlock } from '#kernel/keys/pin-block-format4.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { changed, everyDigit, everywhere, replaced, without, wrongLengths } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

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
    yield* replaced(input, 'pin', 'length', ['', '123', '1234567890123']);
    yield* changed(input, 'pin', 'digit', everywhere(String(input['pin']), 'A'));
    yield* damagedCommons(input);
    if (input['format'] === 4) yield* wrongLengths(input, 'fill', [8]);
    else if ('fill' in input) yield* replaced(input, 'fill', 'truncation', ['', 'A']);
    if (input['format'] === 3) yield* changed(input, 'fill', 'digit', [[0, '9']]);
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
  *mutations(input, expected) {
    yield* wrongLengths(input, 'block', [input['format'] === 4 || isAes(input['key']) ? 16 : 8]);
    yield* changed(input, 'block', 'digit', everywhere(String(input['block']), 'G'));
    yield* damagedCommons(input);
    if (!('key' in input)) yield* damagedClearBlock(input, String(expected['pin']));
    // Deciphered, a damaged block of format 1 or 3 may hold a PIN by chance; these cannot.
    else if (input['format'] !== 1 && input['format'] !== 3) {
      yield* changed(input, 'block', 'digit', everyDigit(String(input['block'])));
    }
  },
};

/** What both kinds have: a format, perhaps an account, perhaps a key. */
function* damagedCommons(input: JsonObject): Iterable<Mutation> {
  yield* replaced(input, 'format', 'tag', [5, 15, 16, '0']);
  yield* changed(input, 'pan', 'digit', everywhere(String(input['pan'] ?? ''), 'A'));
  yield* replaced(input, 'pan', 'length', ['', '1'.repeat(20)]);
  if (input['format'] === 0 || input['format'] === 3) {
    yield* without(input, 'pan');
    yield* replaced(input, 'pan', 'length', ['1'.repeat(12)]);
  }
  const isAesFormat = input['format'] === 4 || isAes(input['key']);
  yield* wrongLengths(input, 'key', isAesFormat ? [16, 24, 32] : [8, 16, 24, 32]);
}

/** Every wrong control digit, length, and PIN or filling digit of a clear block. */
function* damagedClearBlock(input: JsonObject, pin: string): Iterable<Mutation> {
  const block = String(input['block']);
  const control = [...DIGITS].map((digit) => [0, digit] as const);
  yield* changed(input, 'block', 'tag', control);
  const lengths = [...'0123DEF'].map((digit) => [1, digit] as const);
  yield* changed(input, 'block', 'length', lengths);
  if (input['format'] !== 0 && input['format'] !== 2) return;
  // All that follows the PIN is F; a PIN that is said to be longer takes an F for a digit.
  yield* changed(input, 'block', 'digit', [...everyDigit(block)].slice(2 + pin.length));
  if (pin.length < 12) {
    const longer = (pin.length + 1).toString(16).toUpperCase();
    yield* changed(input, 'block', 'length', [[1, longer]]);
  }
}

const DIGITS = '0123456789ABCDEF';

/** Whether a key can only be one of AES, by its length. */
function isAes(key: unknown): boolean {
  return typeof key === 'string' && key.length === 64;
}

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
