import type { UiRequest } from '../../transaction/ui-request.ts';

/** Data objects by tag: what the terminal holds and what the card returned. */
export type TagStore = ReadonlyMap<string, Uint8Array>;

/** How a kernel or Entry Point ends. Source: EMV Contactless Book A, 6.2. */
export type OutcomeType =
  | 'approved'
  | 'declined'
  | 'online-request'
  | 'end-application'
  | 'select-next'
  | 'try-another-interface'
  | 'try-again';

/** Where Entry Point goes on: pre-processing, activation, selection, the kernel, or nowhere. */
export type OutcomeStart = 'A' | 'B' | 'C' | 'D' | 'n/a';

/** How the cardholder is to be or was verified; `cdcvm` is confirmation code verified. */
export type OutcomeCvm = 'none' | 'signature' | 'online-pin' | 'cdcvm' | 'n/a';

/** Why it ended so. Not of the books: for the receipt and for people. */
export type OutcomeReason =
  | 'no-common-application'
  | 'amount-not-allowed'
  | 'card-refused'
  | 'malformed-card-data'
  | 'missing-card-data'
  | 'card-lost'
  | 'card-declined'
  | 'no-common-verification'
  | 'authentication-failed'
  | 'expired'
  | 'not-yet-effective'
  | 'service-not-allowed'
  | 'on-exception-file'
  | 'relay-suspected'
  | 'issuer-declined';

/** What came of offline data authentication (`local`: of kernel 8). */
export type OdaReport =
  | 'not-performed'
  | `${'sda' | 'dda' | 'cda' | 'fdda' | 'local'}-${'verified' | 'failed'}`;

/** An outcome with all its parameters. Source: EMV Contactless Book A, 6.1 and table 6-1. */
export interface ContactlessOutcome {
  readonly type: OutcomeType;
  readonly start: OutcomeStart;
  /**
   * Which answers of the issuer bring the card back to `start`: those with data for the card
   * (91, 71, 72), any at all, or none.
   */
  readonly onlineResponseData: 'n/a' | 'emv-data' | 'any';
  readonly cvm: OutcomeCvm;
  /** Shown when the outcome is given. */
  readonly uiOnOutcome?: UiRequest;
  /** Shown when Entry Point begins again at `start`. */
  readonly uiOnRestart?: UiRequest;
  /** What goes to the issuer, or into the clearing record. */
  readonly dataRecord?: TagStore;
  readonly discretionaryData?: TagStore;
  /** Kernel 2, of the discretionary data: the log of torn transactions as it is now. */
  readonly tornRecords?: readonly TagStore[];
  /** Whether a receipt must be offered. */
  readonly receipt: 'n/a' | 'yes';
  readonly alternateInterface: 'n/a' | 'contact' | 'magnetic-stripe';
  /** How long the field is off before `start`, in hundreds of milliseconds. */
  readonly fieldOff: 'n/a' | number;
  /** After how long the card is to be taken away, in hundreds of milliseconds; 0: no limit. */
  readonly removalTimeout: number;
  readonly reason?: OutcomeReason;
  /** Not of the books: for the report of a certification run. */
  readonly oda?: OdaReport;
  /** What the kernel wants to find again in `KernelActivation.restart`. */
  readonly kernelState?: TagStore;
}

/**
 * An outcome with the parameters that are not given at their defaults: not applicable, and for
 * `try-again` and `select-next` the start that belongs to them.
 */
export function outcomeOf(
  type: OutcomeType,
  parameters: Partial<Omit<ContactlessOutcome, 'type'>> = {},
): ContactlessOutcome {
  return {
    type,
    start: type === 'try-again' ? 'B' : type === 'select-next' ? 'C' : 'n/a',
    onlineResponseData: 'n/a',
    cvm: 'n/a',
    receipt: 'n/a',
    alternateInterface: 'n/a',
    fieldOff: 'n/a',
    removalTimeout: 0,
    ...parameters,
  };
}
