import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, ok } from '#kernel/bytes/result.ts';
import { computeCheckValue, verifyCheckValue } from '#kernel/keys/check-value.ts';
import { computeMac, MAC_ALGORITHMS, type MacPadding, verifyMac } from '#kernel/keys/mac.ts';
import { changed, everyDigit, trailing } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

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
    if (input['algorithm'] !== 'hmac-sha256') yield* trailing(input, 'key', '00');
    yield* wrongResult(input, expected['mac'], 'mac');
    yield { damage: 'length', name: 'a MAC of no bytes', input: { ...input, lengthBytes: 0 } };
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
    yield* trailing(input, 'key', '00');
    yield* wrongResult(input, expected['kcv'], 'check-value');
    yield { damage: 'length', name: 'no bytes', input: { ...input, lengthBytes: 0 } };
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
