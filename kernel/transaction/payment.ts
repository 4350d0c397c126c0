import type { MessageKind } from './message-kinds.ts';
import type { SaleLine } from './sale.ts';

/** How a payment can end. There is no other end, and `unknown` is not one. */
export type PaymentEnd = 'approved' | 'declined' | 'cancelled' | 'reversed';

/** What a payment with a card is: paid at once, held until it is completed, or an inquiry. */
export type PaymentKind = Extract<MessageKind, 'purchase' | 'preauthorisation' | 'balance'>;

/** What can be done about a payment later; a reversal takes an increment or a refund back. */
export type FollowUpKind =
  | Extract<MessageKind, 'increment' | 'completion' | 'refund' | 'void'>
  | 'reversal';

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
  | 'pin-not-entered'
  | 'pin-wrong'
  | 'pin-blocked'
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
      /** Absent: a purchase. */
      readonly kind?: PaymentKind;
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
      /** What an inquiry found (DE 54). */
      readonly balanceMinor?: bigint;
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
    }
  /** Decided about an approved payment: from here on the host is told until it answers. */
  | FollowUpQueued
  | {
      readonly type: 'follow-up-sent';
      readonly atMs: number;
      /** Of the follow-up: its repeats keep it. */
      readonly stan: number;
      /** 1 for the first time, then one more for each repeat. */
      readonly attempt: number;
    }
  | {
      readonly type: 'follow-up-answered';
      readonly atMs: number;
      readonly stan: number;
      readonly responseCode: string;
    };

/** Everything of a follow-up that its message is made of, so that each repeat is the same. */
export interface FollowUpQueued {
  readonly type: 'follow-up-queued';
  readonly atMs: number;
  readonly kind: FollowUpKind;
  readonly message: OriginalData;
  /** What it is about: the payment's authorisation, or the follow-up that is taken back. */
  readonly original: Pick<OriginalData, 'mti' | 'stan' | 'transmittedAt'>;
  readonly amountMinor: bigint;
}

/** What names a message for good, and what DE 90 says of it. */
export interface OriginalData {
  readonly mti: '0100' | '0200' | '0220' | '0420';
  /** DE 11 */
  readonly stan: number;
  /** DE 7, MMDDhhmmss, UTC */
  readonly transmittedAt: string;
  /** DE 12, hhmmss, and DE 13, MMDD, local */
  readonly localTime: string;
  readonly localDate: string;
}

type EventOf<T extends PaymentEvent['type']> = Extract<PaymentEvent, { type: T }>;

/** A payment as its events tell it. */
export interface Payment {
  readonly intent: EventOf<'intent'>;
  readonly sent?: EventOf<'authorisation-sent'>;
  readonly notSent?: EventOf<'authorisation-not-sent'>;
  readonly answer?: EventOf<'authorisation-answered'>;
  /** The last reversal sent; `attempt` counts them. */
  readonly reversal?: EventOf<'reversal-sent'>;
  readonly reversalAnswer?: EventOf<'reversal-answered'>;
  readonly closed?: EventOf<'closed'>;
  /** What was done about it since, in the order in which the host is told. */
  readonly followUps?: readonly FollowUpState[];
}

/** A follow-up as the events of its payment tell it. */
export interface FollowUpState {
  readonly queued: FollowUpQueued;
  /** How often it was sent. */
  readonly attempts: number;
  /** DE 39 of the answer that ended it; absent while it is owed to the host. */
  readonly responseCode?: string;
}
