import type { Personalisation } from './personalisation.ts';
import { signDynamicData } from './pki/rsa-certificates.ts';
import type { RsaKey } from './pki/rsa-key.ts';

/** `signDynamicData`, with one bit of the signature changed where that is the defect wanted. */
export function signDamaged(
  { defects }: Personalisation,
  icc: RsaKey,
  dynamicData: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  const signature = signDynamicData(icc, dynamicData, terminalData);
  if (!defects.wrongSignature) return signature;
  const middle = signature.length >> 1;
  return signature.with(middle, (signature[middle] ?? 0) ^ 0x01);
}
