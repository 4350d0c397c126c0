import type { PaymentView } from '#bridge/terminal-api.ts';
import type { PaymentOutcome } from '#kernel/transaction/contactless-payment.ts';
import { retryMethod } from '#kernel/transaction/response-codes.ts';
import type { UiRequest } from '#kernel/transaction/ui-request.ts';

/** How many exchanges a contactless payment usually takes: PPSE, SELECT, GPO, one record. */
const EXPECTED_EXCHANGES = 4;

/**
 * How a declined payment is tried again under the same intent: by the wearable's own verification
 * of its user, once; by a PIN, where there is a PIN pad, until it is right or blocked.
 */
export function nextTry(
  outcome: PaymentOutcome,
  before: 'cdcvm' | 'pin' | undefined,
  hasPinPad: boolean,
): 'cdcvm' | 'pin' | undefined {
  if (outcome.type !== 'declined') return undefined;
  const { responseCode = '', requiredMethod } = outcome;
  const method = retryMethod(responseCode, requiredMethod);
  if (method === 'pin') return hasPinPad ? 'pin' : undefined;
  return before === undefined ? method : undefined;
}

/** What the cashier's screen says while it waits for the next try. */
export function reasonOfTry(method: 'cdcvm' | 'pin', outcome: PaymentOutcome): string {
  if (method === 'cdcvm') return 'confirm-on-wearable';
  return outcome.type === 'declined' && outcome.reason === 'pin-wrong'
    ? 'pin-wrong'
    : 'pin-required';
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
    case 'enter-pin':
      return { state: 'entering-pin', cancellable: true };
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
