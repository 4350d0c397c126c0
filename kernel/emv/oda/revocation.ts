import { equalBytes } from '../../bytes/bytes.ts';

/** An issuer public key certificate that its authority took back. Source: EMV 4.4 Book 2, 5.1.2. */
export interface RevokedCertificate {
  /** 5 bytes. */
  readonly rid: Uint8Array;
  /** Index of the CA public key that signed it. */
  readonly index: number;
  /** 3 bytes. */
  readonly serial: Uint8Array;
}

/** Whether the list names this certificate. Source: EMV 4.4 Book 2, 5.3 step 10. */
export function isRevoked(
  list: readonly RevokedCertificate[],
  { rid, index, serial }: RevokedCertificate,
): boolean {
  return list.some(
    (one) => one.index === index && equalBytes(one.rid, rid) && equalBytes(one.serial, serial),
  );
}
