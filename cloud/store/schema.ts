import type { ColumnType, Generated } from 'kysely';
import type { MessageKind } from '#kernel/transaction/message-kinds.ts';
import type { State } from '../life-cycle/transitions.ts';
import type { Verification } from '../scoring/features.ts';
import type { ApiSchema } from './api-schema.ts';
import type { FidoAssertionsTable, FidoCredentialsTable } from './authentication-schema.ts';
import type { BatchesTable, MerchantFeesTable, PayoutsTable } from './settlement-tables.ts';
import type { TerminalsTable } from './terminal-schema.ts';

/**
 * The tables. Everything a payment writes has a key that begins with its terminal, so that a
 * distributed database may keep a terminal's rows together; cards are kept by their token. There is
 * no foreign key across the two.
 */
export interface Schema extends ApiSchema {
  readonly terminals: TerminalsTable;
  readonly cards: CardsTable;
  readonly idempotency: IdempotencyTable;
  readonly transactions: TransactionsTable;
  readonly ledger_transfers: LedgerTransfersTable;
  readonly batches: BatchesTable;
  readonly merchant_fees: MerchantFeesTable;
  readonly payouts: PayoutsTable;
  readonly audit_log: AuditLogTable;
  readonly disputes: DisputesTable;
  readonly dispute_evidence: DisputeEvidenceTable;
  readonly scoring_files: ScoringFilesTable;
  readonly decisions: DecisionsTable;
  readonly fraud_labels: FraudLabelsTable;
  readonly fido_credentials: FidoCredentialsTable;
  readonly fido_assertions: FidoAssertionsTable;
  readonly outbox: OutboxTable;
  readonly scorers_in_force: ScorersInForceTable;
}

/**
 * What an issuer simulator does wrong on purpose. `silent`: it books, and never answers. `late`: it
 * approves when the host has given up. `unavailable`: it cannot be reached, and the host stands in.
 */
export type IssuerFault = 'none' | 'silent' | 'late' | 'unavailable';

/**
 * Where a transaction stands: a payment by its life cycle; `done` is a message about a payment, or
 * an inquiry, that was carried out.
 */
export type TransactionState = Exclude<State, 'new'> | 'done';

/** The kinds of message that must take effect once, each with STANs of its own. */
export type MessageClass =
  | 'authorisation'
  | 'authorisation-advice'
  | 'financial'
  | 'financial-advice'
  | 'reversal'
  | 'reversal-advice'
  | 'reconciliation'
  | 'reconciliation-advice'
  | 'network';

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
  /** How long its issuer takes to answer. */
  readonly latency_ms: Generated<number>;
  /** PIN verification value, four digits; null where no PIN can be verified. */
  readonly pvv: ColumnType<string | null, string | null | undefined, string>;
  readonly pin_tries_left: Generated<number>;
  /** For one payment; null is no limit, and so below. */
  readonly payment_limit_minor: ColumnType<bigint | null, undefined, bigint | null>;
  readonly day_limit_minor: ColumnType<bigint | null, undefined, bigint | null>;
  readonly day_limit_count: ColumnType<number | null, undefined, number | null>;
  /** Up to which the host approves in its issuer's place; null is never. */
  readonly stand_in_limit_minor: ColumnType<bigint | null, undefined, bigint | null>;
  /** The day that is counted, YYYYMMDD, UTC. */
  readonly day: Generated<string>;
  readonly day_spent_minor: Generated<bigint>;
  readonly day_count: Generated<number>;
  /** A command for the card, without its MAC; it goes out with the next answer. */
  readonly pending_script: ColumnType<Uint8Array | null, undefined, Uint8Array | null>;
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
  readonly kind: ColumnType<MessageKind, MessageKind | undefined, never>;
  /** How the cardholder was verified; null where nothing was decided, or long ago. */
  readonly verification: ColumnType<Verification | null, Verification | undefined, never>;
  /** What was asked for. */
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly authorised_minor: ColumnType<bigint, bigint | undefined, bigint>;
  readonly captured_minor: ColumnType<bigint, bigint | undefined, bigint>;
  readonly refunded_minor: ColumnType<bigint, bigint | undefined, bigint>;
  readonly charged_back_minor: ColumnType<bigint, bigint | undefined, bigint>;
  /** DE 11 and DE 7 of the payment that this message is about. */
  readonly original_stan: string | null;
  readonly original_transmitted_at: string | null;
  /** The batch it was reconciled in; null while that is open. */
  readonly batch_number: ColumnType<number | null, null | undefined, number>;
  readonly is_settled: ColumnType<boolean, boolean | undefined, boolean>;
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

/** `cloud/audit/audit-log.ts` */
interface AuditLogTable {
  readonly shard: string;
  /** From 1, without a gap. */
  readonly sequence: bigint;
  /** JSON */
  readonly entry: string;
  readonly previous_hash: Uint8Array;
  readonly hash: Uint8Array;
}

interface DisputesTable {
  readonly terminal_id: string;
  /** The issuer's, unique within the terminal. */
  readonly dispute_id: string;
  /** DE 11 and DE 7 of the payment. */
  readonly stan: string;
  readonly transmitted_at: string;
  readonly reason_code: string;
  readonly state: ColumnType<'open' | 'won' | 'lost', 'open', 'won' | 'lost'>;
  readonly opened_at: Date;
  readonly ruled_at: ColumnType<Date | null, null, Date>;
}

interface DisputeEvidenceTable {
  readonly terminal_id: string;
  readonly dispute_id: string;
  /** From 1, for each dispute. */
  readonly sequence: number;
  readonly kind: string;
  readonly content: string;
  readonly added_at: Date;
}

/** Rules and models that ever decided: what is needed to decide the same again. */
interface ScoringFilesTable {
  /** SHA-256 of the content, hex. */
  readonly digest: string;
  readonly kind: 'rules' | 'model';
  readonly content: string;
  readonly first_used_at: Date;
}

/** From what and by what a payment was decided (`LoggedDecision`). */
interface DecisionsTable {
  readonly terminal_id: string;
  readonly stan: string;
  readonly transmitted_at: string;
  readonly device_token: string | null;
  readonly features: string;
  readonly rules_digest: string;
  readonly model_digest: string | null;
  readonly result: string;
  readonly challenger_rules_digest: string | null;
  readonly challenger_model_digest: string | null;
  readonly challenger_result: string | null;
  readonly decided_at: Date;
}

/** Payments that turned out to be fraud, from disputes. */
interface FraudLabelsTable {
  readonly terminal_id: string;
  readonly stan: string;
  readonly transmitted_at: string;
  readonly known_at: Date;
}

/** `cloud/nodes/outbox.ts` */
interface OutboxTable {
  /** The process whose event it is. */
  readonly node_id: string;
  readonly event_id: string;
  /** JSON */
  readonly event: string;
  readonly happened_at: Date;
}

/** `cloud/scoring/scorers-in-force.ts` */
interface ScorersInForceTable {
  /** From 1 on; the highest holds. */
  readonly sequence: number;
  readonly rules_digest: string;
  readonly model_digest: string | null;
  readonly challenger_rules_digest: string | null;
  readonly challenger_model_digest: string | null;
  readonly since: Date;
}
