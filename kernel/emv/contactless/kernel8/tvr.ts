import type { DataObjects } from './data-objects.ts';

/** Which byte, from 0, and which bit of it. */
type TvrBit = readonly [byte: number, mask: number];

/**
 * The bits that the kernel sets in the terminal verification results (95), which have a format of
 * their own here. Source: Book C-8 v1.1, A.1.131, by Digrol/Denom.
 */
export const TVR = {
  localAuthenticationNotPerformed: [0, 0x80],
  localAuthenticationFailed: [0, 0x04],
  cardholderVerificationFailed: [2, 0x80],
  onlineCvmCaptured: [2, 0x04],
  floorLimitExceeded: [3, 0x80],
  kernel8Format: [4, 0x80],
  aidMismatch: [4, 0x40],
  relayThresholdExceeded: [4, 0x08],
  relayTimeLimitsExceeded: [4, 0x04],
  relayResistancePerformed: [4, 0x02],
  relayResistanceNotPerformed: [4, 0x01],
} as const satisfies Readonly<Record<string, TvrBit>>;

/** Sets a bit of the TVR. */
export function raise(data: DataObjects, [byte, mask]: TvrBit): void {
  const tvr = tvrOf(data);
  tvr[byte] = (tvr[byte] ?? 0) | mask;
  data.set('95', tvr);
}

/** Clears a bit of the TVR. */
export function clear(data: DataObjects, [byte, mask]: TvrBit): void {
  const tvr = tvrOf(data);
  tvr[byte] = (tvr[byte] ?? 0) & ~mask;
  data.set('95', tvr);
}

/** Whether a bit of the TVR is set. */
export function isRaised(data: DataObjects, [byte, mask]: TvrBit): boolean {
  return ((tvrOf(data)[byte] ?? 0) & mask) !== 0;
}

/** A copy of the TVR, 5 bytes. */
export function tvrOf(data: DataObjects): Uint8Array {
  return (data.get('95') ?? new Uint8Array(5)).slice();
}
