import { malformed, type Result } from '../../bytes/result.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';
import { type CaPublicKey, findCaPublicKey, type RsaPublicKey } from './ca-public-key.ts';
import {
  type CardData,
  checkCertificateHash,
  checkExpiry,
  keyOf,
  required,
  withKeyParts,
} from './certified-key.ts';
import type { TransactionDate } from './dates.ts';
import type { OdaFault } from './fault.ts';
import { isIssuerOf, panDigits } from './pan.ts';
import { recoverSigned } from './recovered-data.ts';
import { isRevoked, type RevokedCertificate } from './revocation.ts';

/** What the terminal brings to offline data authentication. */
export interface TrustedKeys {
  readonly rsa: RsaRecovery;
  readonly caKeys: readonly CaPublicKey[];
  readonly revoked: readonly RevokedCertificate[];
  /** RID of the selected application, 5 bytes. */
  readonly rid: Uint8Array;
  readonly date: TransactionDate;
}

const LAYOUT = { tag: '90', format: 0x02, hashAlgorithmAt: 11, bodyAt: 15 } as const;
const EXPIRY_AT = 6;
const SERIAL_AT = 8;
const NOTHING = new Uint8Array(0);

/**
 * Recovers the issuer's public key from its certificate (90, with 92 and 9F32) by the CA public key
 * that the card names (8F). Every check of the book, in its order, fails with its own kind; the
 * path is the tag. Source: EMV 4.4 Book 2, 5.2, 5.3, 6.2, 6.3 and table 6.
 */
export function recoverIssuerKey(
  trusted: TrustedKeys,
  card: CardData,
): Result<RsaPublicKey, OdaFault> {
  const { rsa, rid, date } = trusted;
  const index = required(card, '8F');
  if (!index.ok) return index;
  const certificate = required(card, '90');
  if (!certificate.ok) return certificate;
  const [keyIndex = 0] = index.value;
  const caKey = findCaPublicKey(trusted.caKeys, rid, keyIndex, date);
  if (!caKey.ok) return caKey;
  const recovered = recoverSigned(rsa, caKey.value, certificate.value, LAYOUT);
  if (!recovered.ok) return recovered;
  const tags = { remainder: '92', exponent: '9F32' };
  const whole = withKeyParts(recovered.value, EXPIRY_AT, card, tags);
  if (!whole.ok) return whole;
  const hash = checkCertificateHash(whole.value, NOTHING);
  if (!hash.ok) return hash;
  const { bytes } = recovered.value;
  const pan = panDigits(card);
  if (!pan.ok) return pan;
  if (!isIssuerOf(bytes.subarray(2, 6), pan.value)) return malformed('issuer-identifier', '90', 2);
  const expiry = checkExpiry(whole.value, date);
  if (!expiry.ok) return expiry;
  const serial = bytes.subarray(SERIAL_AT, SERIAL_AT + 3);
  if (isRevoked(trusted.revoked, { rid, index: keyIndex, serial })) {
    return malformed('revoked', '90', SERIAL_AT);
  }
  return keyOf(whole.value);
}
