import { type DataBit, isSet, withBit } from '../data-bit.ts';

/** The data objects of one transaction by tag, whoever they come from. */
export type TransactionData = Map<string, Uint8Array>;

/** Transaction status information (9B). Source: EMV 4.4 Book 3, C6. */
export const TSI = {
  odaPerformed: { byte: 1, mask: 0x80 },
  verificationPerformed: { byte: 1, mask: 0x40 },
  cardRiskManagementPerformed: { byte: 1, mask: 0x20 },
  issuerAuthenticationPerformed: { byte: 1, mask: 0x10 },
  terminalRiskManagementPerformed: { byte: 1, mask: 0x08 },
  scriptProcessingPerformed: { byte: 1, mask: 0x04 },
} as const satisfies Record<string, DataBit>;

/** Application interchange profile (82). Source: EMV 4.4 Book 3, C1. */
export const AIP = {
  xda: { byte: 1, mask: 0x80 },
  sda: { byte: 1, mask: 0x40 },
  dda: { byte: 1, mask: 0x20 },
  cardholderVerification: { byte: 1, mask: 0x10 },
  issuerAuthentication: { byte: 1, mask: 0x04 },
  cda: { byte: 1, mask: 0x01 },
} as const satisfies Record<string, DataBit>;

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
} as const satisfies Record<string, DataBit>;

/** Whether a bit of the data object with this tag is set; not where there is no such object. */
export function hasBit(data: TransactionData, tag: string, bit: DataBit): boolean {
  return isSet(data.get(tag), bit);
}

/** Sets a bit of the TVR. */
export function setTvr(data: TransactionData, bit: DataBit): void {
  write(data, '95', 5, bit, true);
}

/** Clears a bit of the TVR. */
export function clearTvr(data: TransactionData, bit: DataBit): void {
  write(data, '95', 5, bit, false);
}

/** Sets a bit of the TSI. */
export function setTsi(data: TransactionData, bit: DataBit): void {
  write(data, '9B', 2, bit, true);
}

function write(
  data: TransactionData,
  tag: '95' | '9B',
  length: number,
  bit: DataBit,
  on: boolean,
): void {
  data.set(tag, withBit(data.get(tag) ?? new Uint8Array(length), bit, on));
}
