import { judge } from '#certify/judge.ts';
import { readVectorText } from '#certify/pack-text.ts';
import { VECTOR_KINDS } from '#certify/registry.ts';
import type { JsonObject } from '#certify/vector-kind.ts';
import { kindsWithVectors, parseJson, utf8, vectorsOf } from '../corpus.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

/** `readVectorText` */
export const packReader: FuzzTarget = {
  name: 'pack-reader',
  summary: 'every file is read, or its faults are named',
  json: true,
  corpus: () => [
    json({ ...PACK, vectors: [VECTOR] }),
    json({ ...PACK, vectors: [VECTOR, REFUSED] }),
  ],
  run(input) {
    const { kind, vectors, faults } = readVectorText(input);
    mustHold(kind !== '' || faults.length > 0, 'a file without a kind has a fault');
    mustHold(vectors.length + faults.length > 0, 'there is a vector or a fault');
  },
};

/** Each kind of vector, fed with damaged inputs of our own vectors. */
export function vectorKindTargets(): readonly FuzzTarget[] {
  return kindsWithVectors().flatMap((name) => {
    const kind = VECTOR_KINDS.get(name);
    if (!kind) return [];
    const target: FuzzTarget = {
      name: `kind-${name}`,
      summary: `every input of a vector of kind ${name} gives a result or a typed error`,
      json: true,
      corpus: () => vectorsOf(name).map(({ input }) => json(input)),
      run(bytes) {
        const input = parseObject(bytes);
        if (!input) return;
        const vector = { id: 'fuzz', result: 'invalid', input, expect: { error: '*' } } as const;
        const failure = judge(kind, vector);
        mustHold(failure?.reason !== 'crashed', `crashed: ${JSON.stringify(failure?.actual)}`);
      },
    };
    return [target];
  });
}

const VECTOR = { id: 'a', result: 'valid', flags: ['x'], input: { hex: '95' }, expect: { a: 1 } };
const REFUSED = { ...VECTOR, id: 'b', result: 'invalid', expect: { error: '*' } };
const PACK = { schema: 'tessera-vectors-1', kind: 'tlv.decode', source: 'fuzz' };

function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  const value = parseJson(bytes);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}
