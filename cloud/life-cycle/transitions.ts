/** Where a payment stands, and what that means. `new` is before its first message. */
export const STATES = {
  new: 'Nothing is known of it.',
  unknown: 'The issuer was asked and has not answered: it may have taken the money.',
  'reversal-due': 'The host gave up waiting; whatever the issuer does or did is to be reversed.',
  declined: 'Refused; nothing was taken.',
  authorised: 'An amount is held on the card, and nothing was taken.',
  captured: 'Taken from the card and owed to the merchant.',
  refunded: 'All that was taken was given back.',
  voided: 'Called off by the merchant before it was settled.',
  expired: 'Held for too long and let go.',
  reversed: 'Undone because the terminal or the host did not learn how it ended.',
  'reversed-unseen': 'Its reversal came first: if it comes after all it is refused.',
  disputed: 'The cardholder denies it; it waits for evidence and a ruling.',
  'charged-back': 'The dispute was lost: what was left of it went back to the cardholder.',
} as const;

/** Where a payment stands. */
export type State = keyof typeof STATES;

/** Who may cause a transition. */
export type Actor = 'terminal' | 'host' | 'issuer' | 'clock' | 'operator';

/** What can happen to a payment. */
export type LifeEvent = (typeof TRANSITIONS)[number]['event'];

/** One arrow, or several that differ in where they begin. */
export interface Transition {
  readonly event: string;
  readonly by: readonly Actor[];
  readonly from: readonly State[];
  /** `same`: it stays where it is, and its amounts change. */
  readonly to: State | 'same';
  /**
   * `all`: nothing is left to give back afterwards; `part`: something is. `unrefunded`: nothing was
   * given back yet; `unsettled`: and it was not paid out.
   */
  readonly when?: 'all' | 'part' | 'unsettled' | 'unrefunded';
}

/**
 * The life of a payment: every transition there is. What is not here cannot happen. How amounts
 * change with each is in `advance.ts`; docs/LIFE-CYCLE.md is drawn from this table.
 */
export const TRANSITIONS = [
  { event: 'ask', by: ['host'], from: ['new'], to: 'unknown' },
  { event: 'approve-purchase', by: ['issuer'], from: ['new', 'unknown'], to: 'captured' },
  { event: 'approve-hold', by: ['issuer'], from: ['new', 'unknown'], to: 'authorised' },
  { event: 'decline', by: ['issuer', 'host'], from: ['new', 'unknown'], to: 'declined' },
  { event: 'give-up', by: ['host', 'clock'], from: ['unknown'], to: 'reversal-due' },
  { event: 'late-approval', by: ['issuer'], from: ['reversal-due'], to: 'same' },
  { event: 'late-approval', by: ['issuer'], from: ['reversed-unseen'], to: 'same' },
  { event: 'increment', by: ['issuer'], from: ['authorised'], to: 'same' },
  { event: 'undo-increment', by: ['terminal'], from: ['authorised'], to: 'same' },
  { event: 'capture', by: ['terminal'], from: ['authorised'], to: 'captured' },
  { event: 'expire', by: ['clock'], from: ['authorised'], to: 'expired' },
  { event: 'void', by: ['terminal'], from: ['authorised'], to: 'voided' },
  { event: 'void', by: ['terminal'], from: ['captured'], to: 'voided', when: 'unsettled' },
  { event: 'reverse', by: ['terminal'], from: ['new'], to: 'reversed-unseen' },
  {
    event: 'reverse',
    by: ['terminal', 'host'],
    from: ['unknown', 'reversal-due', 'authorised'],
    to: 'reversed',
  },
  { event: 'reverse', by: ['terminal'], from: ['captured'], to: 'reversed', when: 'unrefunded' },
  {
    event: 'reverse',
    by: ['terminal'],
    from: ['declined', 'reversed', 'reversed-unseen', 'voided', 'expired'],
    to: 'same',
  },
  { event: 'refund', by: ['terminal', 'operator'], from: ['captured'], to: 'same', when: 'part' },
  {
    event: 'refund',
    by: ['terminal', 'operator'],
    from: ['captured'],
    to: 'refunded',
    when: 'all',
  },
  { event: 'undo-refund', by: ['terminal'], from: ['captured', 'refunded'], to: 'captured' },
  { event: 'settle', by: ['host'], from: ['captured', 'refunded', 'disputed'], to: 'same' },
  { event: 'settle', by: ['host'], from: ['charged-back'], to: 'same' },
  { event: 'dispute', by: ['issuer'], from: ['captured'], to: 'disputed' },
  { event: 'win-dispute', by: ['operator'], from: ['disputed'], to: 'captured' },
  { event: 'lose-dispute', by: ['operator'], from: ['disputed'], to: 'charged-back' },
] as const satisfies readonly Transition[];
