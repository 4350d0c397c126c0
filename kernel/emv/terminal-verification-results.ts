import type { DataBit } from './data-bit.ts';

/** Terminal verification results (95), as contact has them. Source: EMV 4.4 Book 3, C5. */
export const TVR = {
  odaNotPerformed: { byte: 1, mask: 0x80 },
  sdaFailed: { byte: 1, mask: 0x40 },
  iccDataMissing: { byte: 1, mask: 0x20 },
  onExceptionFile: { byte: 1, mask: 0x10 },
  ddaFailed: { byte: 1, mask: 0x08 },
  cdaFailed: { byte: 1, mask: 0x04 },
  sdaSelected: { byte: 1, mask: 0x02 },
  xdaSelected: { byte: 1, mask: 0x01 },
  versionsDiffer: { byte: 2, mask: 0x80 },
  expired: { byte: 2, mask: 0x40 },
  notYetEffective: { byte: 2, mask: 0x20 },
  serviceNotAllowed: { byte: 2, mask: 0x10 },
  newCard: { byte: 2, mask: 0x08 },
  verificationFailed: { byte: 3, mask: 0x80 },
  unrecognisedCvm: { byte: 3, mask: 0x40 },
  pinTryLimitExceeded: { byte: 3, mask: 0x20 },
  pinPadMissing: { byte: 3, mask: 0x10 },
  pinNotEntered: { byte: 3, mask: 0x08 },
  onlinePinEntered: { byte: 3, mask: 0x04 },
  floorLimitExceeded: { byte: 4, mask: 0x80 },
  lowerOfflineLimitExceeded: { byte: 4, mask: 0x40 },
  upperOfflineLimitExceeded: { byte: 4, mask: 0x20 },
  selectedRandomly: { byte: 4, mask: 0x10 },
  forcedOnline: { byte: 4, mask: 0x08 },
  xdaSignatureFailed: { byte: 4, mask: 0x01 },
  defaultTdolUsed: { byte: 5, mask: 0x80 },
  issuerAuthenticationFailed: { byte: 5, mask: 0x40 },
  scriptFailedBeforeFinal: { byte: 5, mask: 0x20 },
  scriptFailedAfterFinal: { byte: 5, mask: 0x10 },
  caEccKeyMissing: { byte: 5, mask: 0x04 },
  eccKeyRecoveryFailed: { byte: 5, mask: 0x02 },
} as const satisfies Record<string, DataBit>;

/**
 * The bits of the TVR that relay resistance has, in kernels 2 and 8 alike; contact has two of them
 * for other things. Source: Book C-2, annex A.1; Book C-8, A.1.131, as publicly described.
 */
export const RELAY_TVR = {
  relayThresholdExceeded: { byte: 5, mask: 0x08 },
  relayTimeExceeded: { byte: 5, mask: 0x04 },
  relayPerformed: { byte: 5, mask: 0x02 },
  relayNotPerformed: { byte: 5, mask: 0x01 },
} as const satisfies Record<string, DataBit>;
