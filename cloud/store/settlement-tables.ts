import type { ColumnType } from 'kysely';

/** A batch that was closed: what the terminal and the host counted. Credits are refunds. */
export interface BatchesTable {
  readonly terminal_id: string;
  readonly currency: string;
  /** From 1, for each terminal and currency. */
  readonly batch_number: number;
  /** Whose terminal it was; null where that is not known any more. */
  readonly merchant_id: string | null;
  readonly terminal_credits: number;
  readonly terminal_credits_minor: bigint;
  readonly terminal_debits: number;
  readonly terminal_debits_minor: bigint;
  readonly host_credits: number;
  readonly host_credits_minor: bigint;
  readonly host_debits: number;
  readonly host_debits_minor: bigint;
  readonly closed_at: Date;
}

/** What a merchant pays for its payments (`cloud/settlement/merchant-fees.ts`). */
export interface MerchantFeesTable {
  readonly merchant_id: string;
  readonly currency: string;
  /** Of what was sold, in ten thousandths. */
  readonly basis_points: number;
  /** For each purchase, in minor units. */
  readonly fixed_minor: bigint;
}

/** What was paid out for a batch (`cloud/settlement/payouts.ts`). */
export interface PayoutsTable {
  readonly terminal_id: string;
  readonly currency: string;
  readonly batch_number: number;
  readonly merchant_id: string;
  /** What the batch comes to. */
  readonly gross_minor: bigint;
  readonly fee_minor: bigint;
  /** For disputes and what was lost in them; below zero, what is given back of it. */
  readonly withheld_minor: bigint;
  /** What is left: to be paid, or to be taken where it is below zero. */
  readonly amount_minor: bigint;
  readonly paid_at: Date;
  /** When a line of the bank's file was found for it; the rest says which. */
  readonly matched_at: ColumnType<Date | null, null, Date>;
  /** SHA-256 of the file, hex. */
  readonly matched_file: ColumnType<string | null, null, string>;
  readonly bank_reference: ColumnType<string | null, null, string | null>;
  /** YYYY-MM-DD */
  readonly booked_on: ColumnType<string | null, null, string | null>;
}
