import type { TrustedKeys } from '../oda/issuer-certificate.ts';
import type { ContactTransaction } from './contact-transaction.ts';

/** What the terminal trusts, for the payment system of the selected application. */
export function trustedKeys({ input, data }: ContactTransaction): TrustedKeys {
  const { rsa, caKeys, revoked, date } = input;
  return { rsa, caKeys, revoked, date, rid: (data.get('9F06') ?? new Uint8Array(0)).slice(0, 5) };
}
