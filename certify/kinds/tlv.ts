import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, malformed, ok } from '#kernel/bytes/result.ts';
import { decodeTlv, encodeTlv, type TlvLimits } from '#kernel/tlv/ber.ts';
import { VectorInput } from '../vector-input.ts';
import type { VectorKind } from '../vector-kind.ts';
import { damagedEncoding, damagedTree } from './tlv-damage.ts';
import { readTree, treeToJson } from './tlv-tree.ts';

/**
 * BER-TLV from bytes. `padding`, `maxDepth` and `maxBytes` are those of the kernel, where given.
 * Of an object, `lengthBytes` is how many bytes its length took after the first, and padding is
 * told, where there is any.
 */
export const tlvDecode: VectorKind = {
  kind: 'tlv.decode',
  run(members) {
    const input = new VectorInput(members);
    const bytes = input.bytes('hex');
    const limits = limitsOf(input);
    if (input.fault) return fail(input.fault);
    if ((limits.maxDepth ?? 0) > MAX_DEPTH) return malformed('bad-input', 'maxDepth', 0);
    const decoded = decodeTlv(bytes, limits);
    if (decoded.ok) return ok({ tree: treeToJson(decoded.value) });
    const { kind, path, offset } = decoded.error;
    return fail({ kind, path, offset });
  },
  *mutations(members) {
    const input = new VectorInput(members);
    const bytes = input.bytes('hex');
    const limits = limitsOf(input);
    const decoded = decodeTlv(bytes, limits);
    if (!decoded.ok) return;
    for (const { damage, name, bytes: damaged } of damagedEncoding(bytes, decoded.value, limits)) {
      yield { damage, name, input: { ...members, hex: encodeHex(damaged) } };
    }
  },
};

/**
 * BER-TLV to bytes: a `tree` as `tlv.decode` gives one. With `normalise`, with the shortest lengths
 * and no padding. Errors: `bad-tag`, `bad-length`, `bad-padding`, `primitive-with-children`,
 * `too-deep`; the path is that of the object in the tree.
 */
export const tlvEncode: VectorKind = {
  kind: 'tlv.encode',
  run(members) {
    const input = new VectorInput(members);
    const normalise = input.json('normalise') ?? false;
    if (typeof normalise !== 'boolean') return malformed('bad-input', 'normalise', 0);
    const tree = readTree(input.json('tree'));
    return tree.ok ? ok({ hex: encodeHex(encodeTlv(tree.value, { normalise })) }) : tree;
  },
  *mutations(members) {
    for (const { damage, name, tree } of damagedTree(members['tree'])) {
      yield { damage, name, input: { ...members, tree } };
    }
  },
};

/** The deepest that the kernel decodes. */
const MAX_DEPTH = 64;

function limitsOf(input: VectorInput): TlvLimits {
  return {
    ...(input.has('padding') && { padding: input.oneOf('padding', ['none', '00', '00-ff']) }),
    ...(input.has('maxDepth') && { maxDepth: input.count('maxDepth') }),
    ...(input.has('maxBytes') && { maxBytes: input.count('maxBytes') }),
  };
}
