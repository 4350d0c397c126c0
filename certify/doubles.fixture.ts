import { malformed, ok } from '#kernel/bytes/result.ts';
import type { JsonObject, VectorKind } from './vector-kind.ts';

/** Gives back what it got; refuses `{"refuse": true}`. */
const echo: VectorKind = {
  kind: 'double.echo',
  run: (input) => (input['refuse'] === true ? malformed('told-to', 'refuse', 3) : ok(input)),
  *mutations(input) {
    yield { damage: 'digit', name: 'refused', input: { ...input, refuse: true } };
    if (input['weak'] !== true) return;
    yield { damage: 'tag', name: 'accepted', input };
  },
};

const throws: VectorKind = {
  kind: 'double.throws',
  run: () => {
    throw new TypeError('planted');
  },
};

const hangs: VectorKind = {
  kind: 'double.hangs',
  run: (input) => {
    for (;;) if (input['end'] === true) return ok({});
  },
  *mutations() {
    yield { damage: 'length', name: 'endless', input: {} };
  },
};

const fillsMemory: VectorKind = {
  kind: 'double.memory',
  run: () => {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(1_000_000).fill(kept.length));
  },
};

/** What a program not held by types could do. */
const untyped: VectorKind = {
  kind: 'double.untyped',
  run: (input) => (input['ok'] === true ? ok({ f: print } as never) : ({ ok: false } as never)),
};

const print = (): JsonObject => ({});

/** Kinds that misbehave in the ways a runner has to survive. */
export const VECTOR_KINDS: ReadonlyMap<string, VectorKind> = new Map(
  [echo, throws, hangs, fillsMemory, untyped].map((kind) => [kind.kind, kind]),
);
