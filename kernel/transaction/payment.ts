import type { SaleLine } from './sale.ts';

/** How a payment can end. There is no other end, and `unknown` is not one. */
export type PaymentEnd = 'approved' | 'declined' | 'cancelled' | 'reversed';

/** Why a reversal is sent (DE 39 of 0400 as this host reads it). */
export type ReversalReason = 'timeout' | 'connection-lost' | 'restart' | 'customer';

/** A reason a person can act on, for a payment that took no money. */
export type EndReason =
  | 'issuer-declined'
  | 'insufficient-funds'
  | 'over-limit'
  | 'expired'
  | 'suspected-fraud'
  | 'verification-required'
  | 'lost-or-stolen'
  | 'card-declined'
  | 'card-not-supported'
  | 'card-error'
  | 'card-removed'
  | 'cashier'
  | 'host-unreachable'
  | 'host-error'
  | 'no-answer'
  | 'terminal-error'
  | 'restart';

/** What the cloud's scoring said of a payment. */
export interface ScoreAnswer {
  /** 0 (safe) to 1000. */
  readonly score: number;
  readonly tier: 'low' | 'medium' | 'high';
  /** Codes of the rules that fired, heaviest first, for example `V01`. */
  readonly reasons: readonly string[];
  /** What the cardholder must do; absent where the host did not say. */
  readonly requiredMethod?: 'none' | 'cdcvm' | 'pin' | 'fido2' | 'refuse';
}

/**
 * What happened to a payment, in the order it happened: the journal is a list of these.
 * `atMs` is milliseconds since 1970. None holds card data beyond the masked PAN.
 */
export type PaymentEvent =
  | {
      readonly type: 'intent';
      readonly atMs: number;
      readonly saleId: string;
      readonly amountMinor: bigint;
      /** ISO 4217 numeric, three digits. */
      readonly currency: string;
      readonly lines: readonly SaleLine[];
    }
  | {
      readonly type: 'authorisation-sent';
      readonly atMs: number;
      readonly original: OriginalData;
      /** First six and last four digits, the rest masked. */
      readonly maskedPan: string;
      /** Application label or preferred name, as the wearable gave it. */
      readonly applicationLabel: string;
      readonly aid: string;
    }
  /** The line refused before one byte had left: certainly nothing happened at the host. */
  | { readonly type: 'authorisation-not-sent'; readonly atMs: number }
  | {
      readonly type: 'authorisation-answered';
      readonly atMs: number;
      /** DE 39 */
      readonly responseCode: string;
      /** DE 38, only when approved. */
      readonly approvalCode?: string;
      /** DE 37 */
      readonly retrievalReference?: string;
      readonly score?: ScoreAnswer;
    }
  | {
      readonly type: 'reversal-sent';
      readonly atMs: number;
      readonly stan: number;
      /** 1 for the 0400, then one more for each 0401. */
      readonly attempt: number;
      readonly reason: ReversalReason;
    }
  | { readonly type: 'reversal-answered'; readonly atMs: number; readonly responseCode: string }
  | {
      readonly type: 'closed';
      readonly atMs: number;
      readonly end: PaymentEnd;
      readonly reason?: EndReason;
    };

/** What DE 90 of a reversal says about the message it reverses. */
export interface OriginalData {
  readonly mti: '0100';
  /** DE 11 */
  readonly stan: number;
  /** DE 7, MMDDhhmmss, UTC */
  readonly transmittedAt: string;
  /** DE 12, hhmmss, and DE 13, MMDD, local */
  readonly localTime: string;
  readonly localDate: string;
}
