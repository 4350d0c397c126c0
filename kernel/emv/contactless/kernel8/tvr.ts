import { type DataBit, isSet, withBit } from '../../data-bit.ts';
import { RELAY_TVR } from '../../terminal-verification-results.ts';
import type { DataObjects } from './data-objects.ts';

/**
 * The bits that the kernel sets in the terminal verification results (95), which have a format of
 * their own here. Source: Book C-8 v1.1, A.1.131, by Digrol/Denom.
 */
export const TVR = {
  localAuthenticationNotPerformed: { byte: 1, mask: 0x80 },
  localAuthenticationFailed: { byte: 1, mask: 0x04 },
  cardholderVerificationFailed: { byte: 3, mask: 0x80 },
  onlineCvmCaptured: { byte: 3, mask: 0x04 },
  floorLimitExceeded: { byte: 4, mask: 0x80 },
  kernel8Format: { byte: 5, mask: 0x80 },
  aidMismatch: { byte: 5, mask: 0x40 },
  ...RELAY_TVR,
} as const satisfies Readonly<Record<string, DataBit>>;

/** Sets a bit of the TVR. */
export function raise(data: DataObjects, bit: DataBit): void {
  data.set('95', withBit(tvrOf(data), bit, true));
}

/** Clears a bit of the TVR. */
export function clear(data: DataObjects, bit: DataBit): void {
  data.set('95', withBit(tvrOf(data), bit, false));
}

/** Whether a bit of the TVR is set. */
export function isRaised(data: DataObjects, bit: DataBit): boolean {
  return isSet(tvrOf(data), bit);
}

/** A copy of the TVR, 5 bytes. */
export function tvrOf(data: DataObjects): Uint8Array {
  return (data.get('95') ?? new Uint8Array(5)).slice();
}
