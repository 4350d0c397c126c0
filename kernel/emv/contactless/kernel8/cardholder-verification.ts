import { hex } from '../../../bytes/hex.ts';
import type { OutcomeCvm } from '../outcome.ts';
import type { DataObjects } from './data-objects.ts';
import { raise, TVR } from './tvr.ts';

interface Decision {
  /** The bit of byte 1 of 9F1D that lets the terminal follow it; 0 where none is needed. */
  readonly capability: number;
  readonly cvm: OutcomeCvm;
  /** Tag 9F34. */
  readonly results: string;
}

/** By the card's decision (9F8102). */
const DECISIONS: ReadonlyMap<number, Decision> = new Map([
  [0x00, { capability: 0x08, cvm: 'none', results: '1F0002' }],
  [0x01, { capability: 0x20, cvm: 'signature', results: '1E0000' }],
  [0x02, { capability: 0x40, cvm: 'online-pin', results: '020000' }],
  [0x03, { capability: 0x04, cvm: 'cdcvm', results: '010002' }],
  [0x0f, { capability: 0, cvm: 'n/a', results: '3F0000' }],
]);

/** Failed, by the card (FF) or because the terminal cannot follow it. */
const FAILED = '3F0001';

/**
 * Takes over how the card decided that its holder is verified, where the terminal is capable of it;
 * otherwise verification has failed. Sets 9F34 and the TVR. Source: Book C-8 v1.1, 29.25 to 29.42
 * and A.1.25, by Digrol/Denom.
 */
export function takeVerificationDecision(data: DataObjects): OutcomeCvm {
  const decision = DECISIONS.get(data.get('9F8102')?.[0] ?? -1);
  const capabilities = data.get('9F1D')?.[0] ?? 0;
  if (!decision || (capabilities & decision.capability) !== decision.capability) {
    data.set('9F34', hex(FAILED));
    raise(data, TVR.cardholderVerificationFailed);
    return 'n/a';
  }
  data.set('9F34', hex(decision.results));
  if (decision.cvm === 'online-pin') raise(data, TVR.onlineCvmCaptured);
  return decision.cvm;
}
