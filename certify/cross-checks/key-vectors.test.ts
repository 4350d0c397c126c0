import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findDifferences } from '../compare.ts';
import { readPacks } from '../pack.ts';
import type { JsonObject } from '../vector-kind.ts';
import { RECOMPUTED_EMV } from './openssl-emv.fixture.ts';
import { RECOMPUTED } from './openssl-keys.fixture.ts';

const packs = readPacks([path.resolve(import.meta.dirname, '../../test-vectors/keys')]);
const validOf = (kind: string) =>
  packs
    .filter((file) => file.kind === kind)
    .flatMap(({ vectors }) => vectors.filter(({ result }) => result === 'valid'));
/** Every vector says what OpenSSL says, by code that shares nothing with the kernel. */
describe('the vectors, recomputed with OpenSSL', () => {
  test.each(Object.entries({ ...RECOMPUTED, ...RECOMPUTED_EMV }))('%s', (kind, recompute) => {
    const vectors = validOf(kind);
    expect(vectors.length).toBeGreaterThan(20);
    const wrong = vectors.filter(({ input, expect: expected }) => {
      const asked: JsonObject =
        'verify' in input ? { ...input, lengthBytes: String(input['verify']).length / 2 } : input;
      return findDifferences(expected, recompute(asked)).length > 0;
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('a wrong one is seen', () => {
    const [vector] = validOf('mac');
    const actual = RECOMPUTED['mac']?.({ ...vector?.input, key: '00'.repeat(16) });
    expect(findDifferences(vector?.expect ?? {}, actual)).not.toEqual([]);
  });
});

/** What is read was made by what is recomputed above, or has its source in a public suite. */
test.each([
  ['pin-block.decode', 'pin-block.encode'],
  ['key-block.unwrap', 'key-block.wrap'],
])('of %s, all of our own are results of %s', (reads, makes) => {
  const made = new Set(validOf(makes).map(({ expect: { block, clear } }) => block ?? clear));
  const own = validOf(reads).filter((vector) => !('comment' in vector));
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter(({ input }) => !made.has(input['block'])).map(({ id }) => id)).toEqual([]);
});
