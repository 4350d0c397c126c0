import type { TransactionState } from '../store/schema.ts';

/** What a reversal does to its original. */
export type ReversalEffect =
  /** The booking is undone. */
  | 'undo'
  /** A mark is left, so that the original is refused if it comes late. */
  | 'mark'
  /** Nothing is booked that could be undone. */
  | 'none';

/** What a reversal does, by where its original stands; `undefined` is an original never seen. */
export function reversalEffect(state: TransactionState | undefined): ReversalEffect {
  switch (state) {
    case 'approved':
      return 'undo';
    case undefined:
      return 'mark';
    case 'declined':
    case 'reversed':
    case 'reversed-unseen':
      return 'none';
    default:
      return state satisfies never;
  }
}
