import { isSet } from '../../data-bit.ts';
import type { DataObjects } from './data-objects.ts';

/** Kernel Configuration (9F8209), byte 1. Source: Book C-8 v1.1, A.1.77, by Digrol/Denom. */
export const kernelConfiguration = {
  rsaCertificates: (data: DataObjects): boolean =>
    isSet(data.get('9F8209'), { byte: 1, mask: 0x20 }),
  relayResistance: (data: DataObjects): boolean =>
    isSet(data.get('9F8209'), { byte: 1, mask: 0x10 }),
  reportLocalAuthenticationFailed: (data: DataObjects): boolean =>
    isSet(data.get('9F8209'), { byte: 1, mask: 0x08 }),
};

/** Application interchange profile (82). Source: Book C-8 v1.1, A.1.13, by Digrol/Denom. */
export const interchangeProfile = {
  localAuthentication: (data: DataObjects): boolean =>
    isSet(data.get('82'), { byte: 1, mask: 0x01 }),
  offlineCapable: (data: DataObjects): boolean => isSet(data.get('82'), { byte: 2, mask: 0x08 }),
  relayResistance: (data: DataObjects): boolean => isSet(data.get('82'), { byte: 2, mask: 0x01 }),
};

/** Whether the card's key is to be authenticated: both sides can. C-8, 202122232425.18. */
export function isLocalAuthenticationDue(data: DataObjects): boolean {
  return (
    isSet(data.get('9F2B'), { byte: 2, mask: 0x80 }) && interchangeProfile.localAuthentication(data)
  );
}
