import type { SecretKey } from '../keys/secret-key.ts';
import type { AuthorisationRequest } from './authorisation.ts';
import type { ScoreAnswer } from './payment.ts';
import type { UiRequest } from './ui-request.ts';

/** What the kernel asks of the terminal. It does nothing itself. */
export type KernelCommand =
  | ({ readonly type: 'activate'; readonly interface: 'contactless' } & FieldActivation)
  | { readonly type: 'activate'; readonly interface: 'contact' }
  | { readonly type: 'transmit'; readonly command: Uint8Array }
  /** A PIN for the issuer; its block is bound to the card number. */
  | { readonly type: 'ask-pin'; readonly use: 'online'; readonly pan?: string }
  /** A PIN for the card; `triesLeft` as the card said, where it did. */
  | { readonly type: 'ask-pin'; readonly use: 'offline'; readonly triesLeft?: number }
  | { readonly type: 'choose-application'; readonly candidates: readonly ApplicationChoice[] }
  | { readonly type: 'authorise-online'; readonly request: AuthorisationRequest }
  | { readonly type: 'show'; readonly request: UiRequest };

/** How a card is waited for in the field. */
export interface FieldActivation {
  /** How long the field is off first, in hundreds of milliseconds. */
  readonly fieldOff?: number;
  /** After how long the reply is `cancelled`; never unless given. */
  readonly withinMs?: number;
}

/** An application that the cardholder may choose or, where it is the only one, confirm. */
export interface ApplicationChoice {
  /** DF name, hex. */
  readonly aid: string;
  /** Preferred name or label as the card gave it, one character a byte; may be empty. */
  readonly label: string;
}

/** What the terminal answers; each command has its own kind of reply. */
export type KernelReply =
  | { readonly type: 'activated' }
  /** There is more than one card in the field. */
  | { readonly type: 'collision' }
  | { readonly type: 'cancelled' }
  | {
      readonly type: 'response';
      readonly response: Uint8Array;
      /** From the begin of the command to the end of the response, where it is measured. */
      readonly elapsedUs?: number;
    }
  | { readonly type: 'card-lost' }
  | ({ readonly type: 'pin-entered' } & EncipheredPin)
  /** The PIN as an ISO 9564 format 2 block, 8 bytes, in a value that cannot be printed. */
  | { readonly type: 'offline-pin-entered'; readonly pinBlock: SecretKey }
  /** The PIN pad works, and cardholder or attendant chose to enter none. */
  | { readonly type: 'pin-bypassed' }
  /** The PIN pad is absent or out of order. */
  | { readonly type: 'pin-unavailable' }
  /** Which of the candidates, from 0. */
  | { readonly type: 'application-chosen'; readonly index: number }
  | HostReply
  | { readonly type: 'shown' };

/** A PIN as it goes to the issuer (DE 52) and, where there are many keys, under which (DE 53). */
export interface EncipheredPin {
  readonly pinBlock: Uint8Array;
  readonly keySerialNumber?: Uint8Array;
}

/** What became of an authorisation request. */
export type HostReply =
  | {
      readonly type: 'answered';
      /** DE 39 */
      readonly responseCode: string;
      /** DE 38 */
      readonly approvalCode?: string;
      /** DE 37 */
      readonly retrievalReference?: string;
      /** Issuer data of DE 55: tags 91, 71, 72 as received. */
      readonly issuerData?: Uint8Array;
      readonly score?: ScoreAnswer;
      /** What is available, after an inquiry; minor units of the request's currency. */
      readonly balanceMinor?: bigint;
    }
  /** Certainly not sent. */
  | { readonly type: 'not-sent' }
  /** Sent, or perhaps sent, and not answered. */
  | { readonly type: 'unknown' };

/** A step of a transaction: yields commands, is sent replies, returns `T`. */
export type KernelStep<T> = Generator<KernelCommand, T, KernelReply>;

/** What a card answered: a response APDU taken apart, or nothing more. */
export type CardReply =
  | {
      readonly type: 'response';
      readonly data: Uint8Array;
      readonly statusWord: string;
      readonly elapsedUs?: number;
    }
  | { readonly type: 'card-lost' };
