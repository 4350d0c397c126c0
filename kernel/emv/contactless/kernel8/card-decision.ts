import type { DataObjects } from './data-objects.ts';
import { DECISION, type KernelDecision } from './terminal-action-analysis.ts';
import { tvrOf } from './tvr.ts';

/** The cryptogram's type, bits 8 and 7 of 9F27: as `DECISION`, or C0, which is none. */
export function cryptogramTypeOf(data: DataObjects): number {
  return (data.get('9F27')?.[0] ?? 0) & 0xc0;
}

/**
 * Whether the card may answer so: a TC only where it was asked for, an ARQC not where an AAC was.
 * Source: Book C-8 v1.1, 29.20, by Digrol/Denom.
 */
export function isCryptogramAllowed(data: DataObjects, requested: KernelDecision): boolean {
  switch (cryptogramTypeOf(data)) {
    case DECISION.decline:
      return true;
    case DECISION.online:
      return requested !== DECISION.decline;
    case DECISION.accept:
      return requested === DECISION.accept;
    default:
      return false;
  }
}

/**
 * Takes the card's TVR (9F8104) over into the terminal's, but for the bits that are the kernel's
 * own (9F821A). Source: Book C-8 v1.1, 29.21 to 29.23 and A.1.81, by Digrol/Denom.
 */
export function mergeCardTvr(data: DataObjects): void {
  const card = data.get('9F8104');
  const mask = data.get('9F821A');
  if (!card || !mask) return;
  const merged = tvrOf(data).map((byte, i) => {
    const own = mask[i] ?? 0;
    return (byte & own) | ((card[i] ?? 0) & ~own);
  });
  data.set('95', merged);
}
