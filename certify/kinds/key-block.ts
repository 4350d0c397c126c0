import { fail, ok } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock, wrapKeyBlock } from '#kernel/keys/key-block.ts';
import { KEY_BLOCK_VERSIONS, type KeyBlockHeader } from '#kernel/keys/key-block-header.ts';
import {
  changed,
  everyDigit,
  everywhere,
  replaced,
  trailing,
  truncations,
  without,
  wrongLengths,
} from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

/** Opening key blocks. */
export const keyBlockUnwrap: VectorKind = {
  kind: 'key-block.unwrap',
  run(members) {
    const input = new VectorInput(members);
    const [key, block] = [input.key('kbpk'), input.text('block')];
    if (input.fault) return fail(input.fault);
    const unwrapped = unwrapKeyBlock(key, block);
    if (!unwrapped.ok) return unwrapped;
    return ok({ header: told(unwrapped.value.header), key: unwrapped.value.key.revealHex() });
  },
  *mutations(input) {
    yield* truncations(input, 'block', 1);
    yield* trailing(input, 'block', '0');
    yield* trailing(input, 'block', '00000000');
    yield* wrongLengths(input, 'kbpk', protectionKeyBytes(input['block']));
    const block = String(input['block']);
    yield* changed(input, 'block', 'mac', everyDigit(block));
    yield* changed(input, 'block', 'digit', everywhere(block, '\u00e9'));
  },
};

/** Sealing keys into blocks. */
export const keyBlockWrap: VectorKind = {
  kind: 'key-block.wrap',
  run(members) {
    const input = new VectorInput(members);
    const [kbpk, key, fill] = [input.key('kbpk'), input.key('key'), input.bytes('fill')];
    const header = readHeader(input.object('header'));
    if (input.fault) return fail(input.fault);
    const block = wrapKeyBlock(kbpk, header, key, fill);
    return block.ok ? ok({ block: block.value }) : block;
  },
  *mutations(input) {
    const header = input['header'] as JsonObject;
    yield* wrongLengths(input, 'kbpk', protectionKeyBytes(header['version']));
    yield* replaced(input, 'key', 'length', ['', '00'.repeat(8192)]);
    // Counter mode (E) needs no whole blocks; elsewhere one byte more or less is one too many.
    if (header['version'] !== 'E') yield* trailing(input, 'fill', '00');
    for (const damaged of damagedHeaders(header)) {
      yield { ...damaged, input: { ...input, header: damaged.input } };
    }
  },
};

/** How long a protection key of this block's or header's version may be. */
function protectionKeyBytes(version: unknown): readonly number[] {
  const [letter] = String(version);
  if (letter === 'D' || letter === 'E') return [16, 24, 32];
  return letter === 'B' ? [16, 24] : [8, 16, 24];
}

function* damagedHeaders(header: JsonObject): Iterable<Mutation> {
  for (const name of ['keyUsage', 'algorithm', 'modeOfUse', 'keyVersion', 'exportability']) {
    yield* replaced(header, name, 'digit', ['', '!', '???', '\u00e9', 7]);
    yield* without(header, name);
  }
  yield* replaced(header, 'version', 'tag', ['F', 'a', '', 1]);
  const strange = [{ id: 'K', data: '' }, { id: 'KS', data: '\n' }, { id: 'PB', data: '' }, {}];
  for (const block of strange) {
    const optionalBlocks = [block];
    yield { damage: 'tag', name: 'an optional block', input: { ...header, optionalBlocks } };
  }
}

function readHeader(input: VectorInput): KeyBlockHeader {
  const optionalBlocks = input.has('optionalBlocks')
    ? input
        .objects('optionalBlocks')
        .map((each) => ({ id: each.text('id'), data: each.text('data') }))
    : [];
  return {
    version: input.oneOf('version', KEY_BLOCK_VERSIONS),
    keyUsage: input.text('keyUsage'),
    algorithm: input.text('algorithm'),
    modeOfUse: input.text('modeOfUse'),
    keyVersion: input.text('keyVersion'),
    exportability: input.text('exportability'),
    optionalBlocks,
  };
}

function told(header: KeyBlockHeader): JsonObject {
  return { ...header, optionalBlocks: header.optionalBlocks.map((each) => ({ ...each })) };
}
