import { ecsdsaVerify } from './kinds/ecsdsa.ts';
import { odaRsa } from './kinds/oda.ts';
import { transaction } from './kinds/transaction.ts';
import type { VectorKind } from './vector-kind.ts';

const ALL: readonly VectorKind[] = [ecsdsaVerify, odaRsa, transaction];

/** Every kind of vector that can be run, by name. */
export const VECTOR_KINDS: ReadonlyMap<string, VectorKind> = new Map(
  ALL.map((kind) => [kind.kind, kind]),
);
