import { createHash, type KeyObject } from 'node:crypto';

/** SHA-256 of a public key in DER (SubjectPublicKeyInfo), hex: what two people compare. */
export function keyFingerprint(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').toUpperCase();
}
