import { malformed, ok, type Result } from '../../bytes/result.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';
import type { RsaPublicKey } from './ca-public-key.ts';
import { type CardData, required } from './certified-key.ts';
import type { OdaFault } from './fault.ts';
import { checkHash, type RecoveredData, recoverSigned } from './recovered-data.ts';

/** What the card signed with its own key. */
export interface DynamicData {
  /** ICC dynamic number, the value of 9F4C, 2 to 8 bytes. */
  readonly iccDynamicNumber: Uint8Array;
  /** What follows it in the ICC dynamic data. */
  readonly rest: Uint8Array;
}

const LAYOUT = { tag: '9F4B', format: 0x05, hashAlgorithmAt: 2, bodyAt: 4 } as const;
const DYNAMIC_LENGTH_AT = 3;
const DYNAMIC_AT = 4;

/**
 * Dynamic data authentication: verifies the signed dynamic application data (9F4B) over
 * `terminalData`, the values that the DDOL lists. Source: EMV 4.4 Book 2, 6.5.2 and table 17.
 */
export function verifyDynamicSignature(
  rsa: RsaRecovery,
  iccKey: RsaPublicKey,
  card: CardData,
  terminalData: Uint8Array,
): Result<DynamicData, OdaFault> {
  const recovered = recoverDynamicSignature(rsa, iccKey, card);
  if (!recovered.ok) return recovered;
  const hash = checkHash(recovered.value, terminalData);
  return hash.ok ? dynamicDataOf(recovered.value) : hash;
}

/** Recovers 9F4B and checks its frame: steps 1 to 4 of Book 2, 6.5.2 and 6.6.2. */
export function recoverDynamicSignature(
  rsa: RsaRecovery,
  iccKey: RsaPublicKey,
  card: CardData,
): Result<RecoveredData, OdaFault> {
  const signature = required(card, LAYOUT.tag);
  return signature.ok ? recoverSigned(rsa, iccKey, signature.value, LAYOUT) : signature;
}

/** Takes the ICC dynamic data apart. Error: `dynamic-data`. Source: Book 2, 6.5.1, 6.6.1. */
export function dynamicDataOf({ bytes, body }: RecoveredData): Result<DynamicData, OdaFault> {
  const length = bytes[DYNAMIC_LENGTH_AT] ?? 0;
  if (length > body.length) return malformed('dynamic-data', LAYOUT.tag, DYNAMIC_LENGTH_AT);
  const numberLength = body[0] ?? 0;
  if (numberLength < 2 || numberLength > 8 || 1 + numberLength > length) {
    return malformed('dynamic-data', LAYOUT.tag, DYNAMIC_AT);
  }
  return ok({
    iccDynamicNumber: body.slice(1, 1 + numberLength),
    rest: body.slice(1 + numberLength, length),
  });
}
