import type { DataBit } from '../../data-bit.ts';

/** Terminal transaction qualifiers (9F66). Source: EMV Contactless Book A, 5.7. */
export const TTQ = {
  magneticStripeMode: { byte: 1, mask: 0x80 },
  contactChip: { byte: 1, mask: 0x10 },
  offlineOnly: { byte: 1, mask: 0x08 },
  onlinePin: { byte: 1, mask: 0x04 },
  signature: { byte: 1, mask: 0x02 },
  authenticateForOnline: { byte: 1, mask: 0x01 },
  onlineCryptogramRequired: { byte: 2, mask: 0x80 },
  cvmRequired: { byte: 2, mask: 0x40 },
  issuerUpdate: { byte: 3, mask: 0x80 },
} as const satisfies Record<string, DataBit>;

/** Card transaction qualifiers (9F6C). Source: EMV Contactless Book C-3, annex A. */
export const CTQ = {
  onlinePinRequired: { byte: 1, mask: 0x80 },
  signatureRequired: { byte: 1, mask: 0x40 },
  onlineIfAuthenticationFails: { byte: 1, mask: 0x20 },
  switchIfAuthenticationFails: { byte: 1, mask: 0x10 },
  onlineIfExpired: { byte: 1, mask: 0x08 },
  switchForCash: { byte: 1, mask: 0x04 },
  switchForCashback: { byte: 1, mask: 0x02 },
  cdcvmPerformed: { byte: 2, mask: 0x80 },
  issuerUpdate: { byte: 2, mask: 0x40 },
} as const satisfies Record<string, DataBit>;
