import type { UiRequest } from '../../../transaction/ui-request.ts';
import { type ContactlessOutcome, type OutcomeReason, outcomeOf } from '../outcome.ts';

/** The card wants another interface, and the reader has the contact one. */
export const SWITCH_INTERFACE: ContactlessOutcome = outcomeOf('try-another-interface', {
  uiOnOutcome: { message: 'insert-card', status: 'processing-error' },
  alternateInterface: 'contact',
});

const HOLD_TIME = 13;

/** The cardholder has something to do on the device, and then presents it again. Book A, 9.4. */
export const SEE_PHONE: ContactlessOutcome = outcomeOf('try-again', {
  uiOnRestart: { message: 'see-phone', status: 'ready-to-read', holdTime: HOLD_TIME },
  fieldOff: HOLD_TIME,
});

/** Ends this card's application. Book A, 6.2. */
export function endApplication(reason: OutcomeReason): ContactlessOutcome {
  const uiOnOutcome: UiRequest = {
    message: 'insert-swipe-or-try-another',
    status: 'processing-error',
  };
  return outcomeOf('end-application', { reason, uiOnOutcome });
}
