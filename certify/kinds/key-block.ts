import { fail, ok } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock, wrapKeyBlock } from '#kernel/keys/key-block.ts';
import { KEY_BLOCK_VERSIONS, type KeyBlockHeader } from '#kernel/keys/key-block-header.ts';
import { changed, everyDigit, trailing, truncations } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';

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
    yield* trailing(input, 'kbpk', '00');
    const block = String(input['block']);
    yield* changed(input, 'block', 'mac', everyDigit(block));
    yield* changed(input, 'block', 'digit', everyStranger(block));
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
    yield* trailing(input, 'kbpk', '00');
    const header = input['header'] as JsonObject;
    for (const name of ['keyUsage', 'algorithm', 'modeOfUse', 'keyVersion', 'exportability']) {
      for (const value of ['', '!', '???']) {
        const wrong = { ...header, [name]: value };
        yield { damage: 'digit', name: `${name} = ${value}`, input: { ...input, header: wrong } };
      }
    }
  },
};

function* everyStranger(text: string): Iterable<readonly [at: number, character: string]> {
  for (let at = 0; at < text.length; at++) yield [at, '\u00e9'];
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
