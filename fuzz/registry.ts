import type { FuzzTarget } from './target.ts';
import { canary, stuckCanary } from './targets/canary.ts';
import { packReader, vectorKindTargets } from './targets/packs.ts';
import { dol, tlvDecode } from './targets/tlv.ts';

/** All targets but the canaries. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  tlvDecode,
  dol,
  packReader,
  ...vectorKindTargets(),
];

/** The target of this name, the canaries too. */
export function findTarget(name: string): FuzzTarget | undefined {
  return [...FUZZ_TARGETS, canary, stuckCanary].find((target) => target.name === name);
}
