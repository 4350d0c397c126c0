import type { PaymentView } from '#bridge/terminal-api.ts';
import type { PaymentOutcome } from '#kernel/transaction/contactless-payment.ts';
import { isSoftDecline } from '#kernel/transaction/response-codes.ts';
import type { UiRequest } from '#kernel/transaction/ui-request.ts';

/** How many exchanges a contactless payment usually takes: PPSE, SELECT, GPO, one record. */
const EXPECTED_EXCHANGES = 4;

/** A soft decline that the wearable's own verification of its user can turn into an approval. */
export function mayBeConfirmed(outcome: PaymentOutcome): boolean {
  if (outcome.type !== 'declined') return false;
  const { responseCode = '', requiredMethod } = outcome;
  return isSoftDecline(responseCode, requiredMethod) && (requiredMethod ?? 'cdcvm') === 'cdcvm';
}

/** How far the reading of a wearable has come. */
export function progress(done: number): NonNullable<PaymentView['progress']> {
  return { done, expected: Math.max(EXPECTED_EXCHANGES, done) };
}

/**
 * What the customer is told, as far as the till's screen has a state of its own for it. Asked for
 * again once it was being read, the card left too soon.
 */
export function phaseOf(
  { message }: UiRequest,
  state: PaymentView['state'] | undefined,
): Partial<PaymentView> {
  switch (message) {
    case 'present-card':
      return { state: 'ready', ...(state === 'reading' && { reason: 'try-again' }) };
    case 'try-again':
    case 'see-phone':
      return { state: 'ready', reason: message };
    case 'card-read-ok':
      return { state: 'may-remove' };
    case 'authorising':
      return { state: 'authorising', cancellable: false };
    default:
      return {};
  }
}

/** Whether nothing can change about it any more. */
export function isOver(view: PaymentView): boolean {
  return ['approved', 'declined', 'cancelled', 'reversed'].includes(view.state);
}
