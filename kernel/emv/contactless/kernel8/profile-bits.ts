import type { DataObjects } from './data-objects.ts';

/** Whether this bit (a mask) of a byte, from 0, of a data object is set. */
function isSet(data: DataObjects, tag: string, byte: number, mask: number): boolean {
  return ((data.get(tag)?.[byte] ?? 0) & mask) !== 0;
}

/** Kernel Configuration (9F8209), byte 1. Source: Book C-8 v1.1, A.1.77, by Digrol/Denom. */
export const kernelConfiguration = {
  rsaCertificates: (data: DataObjects): boolean => isSet(data, '9F8209', 0, 0x20),
  relayResistance: (data: DataObjects): boolean => isSet(data, '9F8209', 0, 0x10),
  reportLocalAuthenticationFailed: (data: DataObjects): boolean => isSet(data, '9F8209', 0, 0x08),
};

/** Application interchange profile (82). Source: Book C-8 v1.1, A.1.13, by Digrol/Denom. */
export const interchangeProfile = {
  localAuthentication: (data: DataObjects): boolean => isSet(data, '82', 0, 0x01),
  offlineCapable: (data: DataObjects): boolean => isSet(data, '82', 1, 0x08),
  relayResistance: (data: DataObjects): boolean => isSet(data, '82', 1, 0x01),
};

/** Whether the card's key is to be authenticated: both sides can. C-8, 202122232425.18. */
export function isLocalAuthenticationDue(data: DataObjects): boolean {
  return isSet(data, '9F2B', 1, 0x80) && interchangeProfile.localAuthentication(data);
}
