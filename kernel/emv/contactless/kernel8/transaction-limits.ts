import { encodeHex } from '../../../bytes/hex.ts';
import type { DataObjects } from './data-objects.ts';
import { isLocalAuthenticationDue } from './profile-bits.ts';
import { raise, TVR } from './tvr.ts';

/** Bit 8 of byte 2 of the terminal risk management data (9F1D). */
const CVM_LIMIT_EXCEEDED = 0x80;

/**
 * Looks at the amount, the application's name and the card's profile before the first cryptogram:
 * the CVM capability into 9F33 and 9F1D, the floor limit, another name than the reader's, and local
 * authentication that is not to be. Gives whether a receipt is due. Amounts are over a limit, not
 * at it. Source: Book C-8 v1.1, 202122232425.7 to .20, by Digrol/Denom.
 */
export function applyLimits(data: DataObjects): { readonly receipt: boolean } {
  const receipt = exceeds(data, '9F820E');
  const capability = data.get(receipt ? '9F8207' : '9F8208')?.[0] ?? 0;
  const capabilities = (data.get('9F33') ?? new Uint8Array(3)).slice();
  capabilities[1] = capability;
  data.set('9F33', capabilities);
  const riskManagement = (data.get('9F1D') ?? new Uint8Array(8)).slice();
  riskManagement[0] = capability;
  if (receipt) riskManagement[1] = (riskManagement[1] ?? 0) | CVM_LIMIT_EXCEEDED;
  data.set('9F1D', riskManagement);
  if (exceeds(data, '9F820D')) raise(data, TVR.floorLimitExceeded);
  if (!hexOf(data, '84').startsWith(hexOf(data, '9F06'))) raise(data, TVR.aidMismatch);
  if (!isLocalAuthenticationDue(data)) raise(data, TVR.localAuthenticationNotPerformed);
  return { receipt };
}

/** Whether the amount (9F02) is above a limit; both are six bytes of decimal digits. */
function exceeds(data: DataObjects, limit: string): boolean {
  return hexOf(data, '9F02') > hexOf(data, limit);
}

function hexOf(data: DataObjects, tag: string): string {
  return encodeHex(data.get(tag) ?? new Uint8Array(0));
}
