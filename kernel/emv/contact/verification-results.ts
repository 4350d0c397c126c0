/** The data objects of one transaction by tag, whoever they come from. */
export type TransactionData = Map<string, Uint8Array>;

/** One bit of a list of bits; bytes count from 1. */
export interface ResultBit {
  readonly byte: number;
  readonly mask: number;
}

/** Terminal verification results (95). Source: EMV 4.4 Book 3, C5. */
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
} as const satisfies Record<string, ResultBit>;

/** Transaction status information (9B). Source: EMV 4.4 Book 3, C6. */
export const TSI = {
  odaPerformed: { byte: 1, mask: 0x80 },
  verificationPerformed: { byte: 1, mask: 0x40 },
  cardRiskManagementPerformed: { byte: 1, mask: 0x20 },
  issuerAuthenticationPerformed: { byte: 1, mask: 0x10 },
  terminalRiskManagementPerformed: { byte: 1, mask: 0x08 },
  scriptProcessingPerformed: { byte: 1, mask: 0x04 },
} as const satisfies Record<string, ResultBit>;

/** Application interchange profile (82). Source: EMV 4.4 Book 3, C1. */
export const AIP = {
  xda: { byte: 1, mask: 0x80 },
  sda: { byte: 1, mask: 0x40 },
  dda: { byte: 1, mask: 0x20 },
  cardholderVerification: { byte: 1, mask: 0x10 },
  issuerAuthentication: { byte: 1, mask: 0x04 },
  cda: { byte: 1, mask: 0x01 },
} as const satisfies Record<string, ResultBit>;

/** Terminal capabilities (9F33). Source: EMV 4.4 Book 4, A2. */
export const CAPABILITY = {
  plaintextPin: { byte: 2, mask: 0x80 },
  onlinePin: { byte: 2, mask: 0x40 },
  signature: { byte: 2, mask: 0x20 },
  encipheredPin: { byte: 2, mask: 0x10 },
  noCvm: { byte: 2, mask: 0x08 },
  sda: { byte: 3, mask: 0x80 },
  dda: { byte: 3, mask: 0x40 },
  cda: { byte: 3, mask: 0x08 },
  xda: { byte: 3, mask: 0x04 },
} as const satisfies Record<string, ResultBit>;

/** Whether a bit of the data object with this tag is set; not where there is no such object. */
export function hasBit(data: TransactionData, tag: string, { byte, mask }: ResultBit): boolean {
  return ((data.get(tag)?.[byte - 1] ?? 0) & mask) !== 0;
}

/** Sets a bit of the TVR. */
export function setTvr(data: TransactionData, bit: ResultBit): void {
  write(data, '95', 5, bit, true);
}

/** Clears a bit of the TVR. */
export function clearTvr(data: TransactionData, bit: ResultBit): void {
  write(data, '95', 5, bit, false);
}

/** Sets a bit of the TSI. */
export function setTsi(data: TransactionData, bit: ResultBit): void {
  write(data, '9B', 2, bit, true);
}

function write(
  data: TransactionData,
  tag: '95' | '9B',
  length: number,
  { byte, mask }: ResultBit,
  on: boolean,
): void {
  const value = (data.get(tag) ?? new Uint8Array(length)).slice();
  const before = value[byte - 1] ?? 0;
  value[byte - 1] = on ? before | mask : before & ~mask;
  data.set(tag, value);
}
