import { type ContactlessOutcome, outcomeOf } from './outcome.ts';

/** A card that did not answer is to be presented again. Source: Book B, 3.5.2; Book A, 9.5. */
export const CARD_LOST: ContactlessOutcome = outcomeOf('try-again', {
  uiOnRestart: { message: 'try-again', status: 'ready-to-read', holdTime: 13 },
  reason: 'card-lost',
});
