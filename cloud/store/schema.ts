import type { ColumnType, Generated } from 'kysely';

/**
 * The tables. Everything a payment writes has a key that begins with its terminal, so that a
 * distributed database may keep a terminal's rows together; cards are kept by their token. There is
 * no foreign key across the two.
 */
export interface Schema {
  readonly terminals: TerminalsTable;
  readonly cards: CardsTable;
  readonly idempotency: IdempotencyTable;
  readonly transactions: TransactionsTable;
  readonly ledger_transfers: LedgerTransfersTable;
}

/** What an issuer simulator does wrong on purpose. `silent`: it books, and never answers. */
export type IssuerFault = 'none' | 'silent';

/** Where a transaction stands (`cloud/acquirer/transaction-state.ts`). */
export type TransactionState = 'approved' | 'declined' | 'reversed' | 'reversed-unseen';

/** The two kinds of message that must take effect once. */
export type MessageClass = 'authorisation' | 'reversal';

interface TerminalsTable {
  readonly terminal_id: string;
  readonly merchant_id: string;
  /** Hex. */
  readonly certificate_sha256: string;
  /** ANSI X9.143, version D, under `Secrets.keyProtectionKey`. */
  readonly mac_key_block: string;
  readonly enrolled_at: Date;
  readonly revoked_at: ColumnType<Date | null, Date | null, Date>;
}

interface CardsTable {
  /** HMAC of the PAN; the PAN itself is nowhere in the database. */
  readonly card_token: string;
  readonly masked_pan: string;
  /** YYMM; null where the issuer sets none. */
  readonly expiry: string | null;
  readonly fault: IssuerFault;
  /** The highest application transaction counter of a genuine cryptogram; -1 before the first. */
  readonly highest_atc: ColumnType<number, number, number>;
  readonly currency: string;
  /** What the transfers of its account come to; `verifyLedger` compares. */
  readonly balance_minor: ColumnType<bigint, bigint, bigint>;
}

interface IdempotencyTable {
  readonly terminal_id: string;
  readonly message_class: MessageClass;
  readonly stan: string;
  readonly transmitted_at: string;
  readonly payload_hash: string;
  /** The answer as it went out; null when none ever goes out. */
  readonly answer: Uint8Array | null;
  readonly received_at: Date;
}

interface TransactionsTable {
  readonly terminal_id: string;
  readonly stan: string;
  /** DE 7 of the original, MMDDhhmmss. */
  readonly transmitted_at: string;
  readonly merchant_id: string;
  /** Null in a mark left by the reversal of a payment that was never seen. */
  readonly card_token: string | null;
  readonly masked_pan: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly state: ColumnType<TransactionState, TransactionState, TransactionState>;
  readonly response_code: string | null;
  readonly approval_code: string | null;
  readonly retrieval_reference: string | null;
  readonly score: number | null;
  readonly tier: string | null;
  /** Reason codes, heaviest first, separated by commas. */
  readonly reasons: string | null;
  readonly received_at: Date;
  readonly reversed_at: ColumnType<Date | null, Date | null, Date>;
  /** DE 39 of the reversal: why it was sent. */
  readonly reversal_reason: ColumnType<string | null, string | null, string>;
}

interface LedgerTransfersTable {
  readonly terminal_id: string;
  /** What was booked and for which message; it makes a second booking of the same impossible. */
  readonly entry_id: string;
  readonly line: number;
  readonly debit_account: string;
  readonly credit_account: string;
  readonly currency: string;
  /** Always above zero. */
  readonly amount_minor: bigint;
  readonly booked_at: Generated<Date>;
}
