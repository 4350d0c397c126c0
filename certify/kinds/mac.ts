import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, ok } from '#kernel/bytes/result.ts';
import { computeCheckValue, verifyCheckValue } from '#kernel/keys/check-value.ts';
import { computeMac, MAC_ALGORITHMS, type MacPadding, verifyMac } from '#kernel/keys/mac.ts';
import { changed, everyDigit, replaced, wrongLengths } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

const MAC_KEY_BYTES = {
  'iso9797-1-alg1': [8, 16, 24],
  'iso9797-1-alg3': [16],
  'cmac-tdes': [16, 24],
  'cmac-aes': [16, 24, 32],
} as const;
const PADDINGS: Readonly<Record<number, MacPadding>> = { 1: 1, 2: 2, 3: 3 };

/** Message authentication codes. With `verify`, a MAC that is checked instead. */
export const mac: VectorKind = {
  kind: 'mac',
  run(members) {
    const input = new VectorInput(members);
    const algorithm = input.oneOf('algorithm', MAC_ALGORITHMS);
    const isIso9797 = algorithm.startsWith('iso9797');
    const padding = isIso9797 ? PADDINGS[input.count('padding')] : 1;
    const lengthBytes = input.count('lengthBytes');
    const request = { algorithm, key: input.key('key'), data: input.bytes('data'), lengthBytes };
    const claimed = input.has('verify') ? input.bytes('verify') : undefined;
    if (input.fault) return fail(input.fault);
    if (!padding) return fail({ kind: 'bad-input', path: 'padding', offset: 0 });
    const computed = claimed
      ? verifyMac({ ...request, padding }, claimed)
      : computeMac({ ...request, padding });
    if (!computed.ok) return computed;
    return ok({ mac: encodeHex(claimed ?? (computed.value as Uint8Array)) });
  },
  *mutations(input, expected) {
    const algorithm = MAC_ALGORITHMS.find((known) => known === input['algorithm']);
    if (algorithm && algorithm !== 'hmac-sha256') {
      yield* wrongLengths(input, 'key', MAC_KEY_BYTES[algorithm]);
    }
    yield* wrongResult(input, expected['mac'], 'mac');
    if (!('verify' in input)) yield* replaced(input, 'lengthBytes', 'length', [0, 33]);
    if (algorithm?.startsWith('iso9797')) yield* replaced(input, 'padding', 'digit', [0, 4]);
  },
};

/** Key check values. With `verify`, a check value that is checked instead. */
export const checkValue: VectorKind = {
  kind: 'check-value',
  run(members) {
    const input = new VectorInput(members);
    const algorithm = input.oneOf('algorithm', ['tdes', 'aes-cmac']);
    const [key, lengthBytes] = [input.key('key'), input.count('lengthBytes')];
    const claimed = input.has('verify') ? input.bytes('verify') : undefined;
    if (input.fault) return fail(input.fault);
    if (claimed) {
      const verified = verifyCheckValue(algorithm, key, claimed);
      return verified.ok ? ok({ kcv: encodeHex(claimed) }) : verified;
    }
    const computed = computeCheckValue(algorithm, key, lengthBytes);
    return computed.ok ? ok({ kcv: encodeHex(computed.value) }) : computed;
  },
  *mutations(input, expected) {
    yield* wrongLengths(input, 'key', input['algorithm'] === 'tdes' ? [8, 16, 24] : [16, 24, 32]);
    yield* wrongResult(input, expected['kcv'], 'check-value');
    if (!('verify' in input)) yield* replaced(input, 'lengthBytes', 'length', [0, 17]);
  },
};

/** The right result with each digit changed, to be verified. */
export function* wrongResult(
  input: JsonObject,
  right: unknown,
  damage: Mutation['damage'],
): Iterable<Mutation> {
  if (typeof right !== 'string') return;
  yield* changed({ ...input, verify: right }, 'verify', damage, everyDigit(right));
}
