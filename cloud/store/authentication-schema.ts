import type { ColumnType } from 'kysely';

/** Credentials that cardholders sign payments with (`cloud/authentication/fido-step-up.ts`). */
export interface FidoCredentialsTable {
  readonly card_token: string;
  readonly credential_id: Uint8Array;
  /** COSE_Key */
  readonly public_key: Uint8Array;
  readonly sign_count: ColumnType<bigint, bigint, bigint>;
  readonly registered_at: Date;
}

/** Challenges that were answered, by the request that was asked. */
export interface FidoAssertionsTable {
  readonly terminal_id: string;
  readonly stan: string;
  readonly transmitted_at: string;
  readonly credential_id: Uint8Array;
  readonly verified_at: Date;
}
