import { ok, type Result } from '../../bytes/result.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';
import type { RsaPublicKey } from './ca-public-key.ts';
import { type CardData, required } from './certified-key.ts';
import type { OdaFault } from './fault.ts';
import { checkHash, recoverSigned } from './recovered-data.ts';

const LAYOUT = { tag: '93', format: 0x03, hashAlgorithmAt: 2, bodyAt: 5 } as const;

/**
 * Static data authentication: verifies the signed static application data (93) and gives the data
 * authentication code, 2 bytes, the value of 9F45. Source: EMV 4.4 Book 2, 5.4 and table 7.
 */
export function verifyStaticSignature(
  rsa: RsaRecovery,
  issuerKey: RsaPublicKey,
  card: CardData,
  staticData: Uint8Array,
): Result<Uint8Array, OdaFault> {
  const signature = required(card, LAYOUT.tag);
  if (!signature.ok) return signature;
  const recovered = recoverSigned(rsa, issuerKey, signature.value, LAYOUT);
  if (!recovered.ok) return recovered;
  const hash = checkHash(recovered.value, staticData);
  return hash.ok ? ok(recovered.value.bytes.slice(3, 5)) : hash;
}
