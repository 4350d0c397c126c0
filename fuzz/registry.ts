import type { FuzzTarget } from './target.ts';
import { canary, stuckCanary } from './targets/canary.ts';
import { apduResponse, fileLocator, meanings, track2 } from './targets/emv.ts';
import { framing, iso8583Targets, specJson } from './targets/iso8583.ts';
import { keyBlock, ksn, pinBlock } from './targets/keys.ts';
import { packReader, vectorKindTargets } from './targets/packs.ts';
import { bankFile } from './targets/settlement.ts';
import { dol, tlvDecode } from './targets/tlv.ts';

/** All targets but the canaries. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  tlvDecode,
  dol,
  framing,
  specJson,
  ...iso8583Targets,
  keyBlock,
  pinBlock,
  ksn,
  apduResponse,
  track2,
  fileLocator,
  meanings,
  packReader,
  bankFile,
  ...vectorKindTargets(),
];

/** The target of this name, the canaries too. */
export function findTarget(name: string): FuzzTarget | undefined {
  return [...FUZZ_TARGETS, canary, stuckCanary].find((target) => target.name === name);
}
