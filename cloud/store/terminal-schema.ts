import type { ColumnType } from 'kysely';

/** Who is enrolled, and with which keys. */
export interface TerminalsTable {
  readonly terminal_id: string;
  readonly merchant_id: string;
  /** Hex. */
  readonly certificate_sha256: string;
  /** ANSI X9.143, version D, under `Secrets.keyProtectionKey`. */
  readonly mac_key_block: string;
  readonly mac_key_since: Date;
  /** Under the same: what new keys are sent to it under; null when it was given none. */
  readonly transport_key_block: ColumnType<string | null, string | null | undefined, string>;
  /** Under the same: what the keys of its PINs are made of; null when it was given none. */
  readonly pin_key_block: ColumnType<string | null, string | null | undefined, string>;
  /** Under the same: a MAC key that was sent and not used yet. */
  readonly next_mac_key_block: ColumnType<string | null, null | undefined, string | null>;
  readonly signed_off_at: ColumnType<Date | null, null | undefined, Date | null>;
  readonly enrolled_at: Date;
  readonly revoked_at: ColumnType<Date | null, Date | null, Date>;
}
