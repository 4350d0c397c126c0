import { sharedBits, type Trace, tell } from '../../decision.ts';
import { onlineCapability } from '../../terminal-type.ts';
import type { DataObjects } from './data-objects.ts';
import { interchangeProfile } from './profile-bits.ts';
import { tvrOf } from './tvr.ts';

/** What the kernel wants of the transaction: the cryptogram it asks for, as P1 of GENERATE AC. */
export const DECISION = { decline: 0x00, accept: 0x40, online: 0x80 } as const;

/** One of `DECISION`. */
export type KernelDecision = (typeof DECISION)[keyof typeof DECISION];

/**
 * What the TVR, the terminal's action codes (9F820B, 9F820C), its type (9F35) and the card's
 * ability to approve offline make of the transaction; the card has no action codes here. Source:
 * Book C-8 v1.1, TAA.1 to TAA.6, by Digrol/Denom.
 */
export function analyseTerminalActions(data: DataObjects, trace?: Trace): KernelDecision {
  const decision = decide(data, trace);
  const result = CRYPTOGRAMS[decision];
  tell(trace, { step: 'kernel8-action-analysis', result, kernel: 8 }, data, ['9F35', '82']);
  return decision;
}

const CRYPTOGRAMS: Readonly<Record<KernelDecision, string>> = {
  [DECISION.decline]: 'AAC',
  [DECISION.accept]: 'TC',
  [DECISION.online]: 'ARQC',
};

function decide(data: DataObjects, trace: Trace | undefined): KernelDecision {
  if (isAnySet(data, '9F820B', 'TAC denial', trace)) return DECISION.decline;
  const capability = onlineCapability(data.get('9F35'));
  if (capability === 'online-only') return DECISION.online;
  const cardOnlineOnly = !interchangeProfile.offlineCapable(data);
  if (capability === 'offline-only') {
    return cardOnlineOnly ? DECISION.decline : DECISION.accept;
  }
  if (cardOnlineOnly) return DECISION.online;
  return isAnySet(data, '9F820C', 'TAC online', trace) ? DECISION.online : DECISION.accept;
}

/** Whether the TVR has a bit that the action code names. */
function isAnySet(
  data: DataObjects,
  actionCode: string,
  result: string,
  trace: Trace | undefined,
): boolean {
  const matched = sharedBits(tvrOf(data), data.get(actionCode) ?? new Uint8Array(0));
  tell(trace, { step: 'kernel8-action-codes', result, kernel: 8, matched });
  return matched.some((byte) => byte !== 0);
}
