import type { HostReply } from '../../transaction/commands.ts';
import type { ContactVerification } from './contact-verification.ts';

/** Offline data authentication methods. */
export type OdaMethodName = 'sda' | 'dda' | 'cda' | 'xda';

/** Why a card session ended before the card had decided. */
export type ContactEndReason =
  /** SELECT is not supported (6A81). */
  | 'card-blocked'
  | 'no-common-application'
  | 'cardholder-refused'
  | 'card-lost'
  /** A status word that ends the transaction. */
  | 'card-refused'
  | 'malformed-card-data'
  | 'missing-card-data'
  /** A cryptogram of a higher or an unknown kind. */
  | 'wrong-cryptogram';

/** Why a transaction was declined. */
export type ContactDeclineReason =
  | 'terminal-declined'
  | 'card-declined'
  /** The card may not be used for this here. */
  | 'service-not-allowed'
  | 'authentication-failed'
  | 'issuer-declined'
  | 'unable-to-go-online';

/** What is known of a transaction that was begun with an application. */
export interface ContactResult {
  /** Every data object of the transaction by tag, TVR (95), TSI (9B) and 9F34 among them. */
  readonly data: ReadonlyMap<string, Uint8Array>;
  readonly oda: `${OdaMethodName}-${'verified' | 'failed'}` | 'not-performed';
  /** What the host said; none where it was not asked. `unknown` needs a reversal. */
  readonly host?: HostReply;
  readonly verification: ContactVerification;
}

/** How a contact transaction ends. */
export type ContactOutcome =
  | ({ readonly type: 'approved' } & ContactResult)
  | ({ readonly type: 'declined'; readonly reason: ContactDeclineReason } & ContactResult)
  | ({
      readonly type: 'end-application';
      readonly reason: ContactEndReason;
    } & Partial<ContactResult>)
  | { readonly type: 'cancelled' };
