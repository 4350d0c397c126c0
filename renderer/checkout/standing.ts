import type { PaymentView, TerminalState } from '#bridge/terminal-api.ts';

/** How the present sale stands with the terminal. Only a draft may be changed. */
export type Standing =
  /** No payment: the cashier may add, change and pay. */
  | { readonly kind: 'draft' }
  /** The terminal is being asked what became of this sale. */
  | { readonly kind: 'checking' }
  /** A payment is being begun. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'payment'; readonly payment: PaymentView };

/** What the till must do now that the terminal said how things are. */
export type Step =
  | { readonly kind: 'stay' }
  | { readonly kind: 'show'; readonly payment: PaymentView }
  /** The payment was set aside with its outcome unknown: keep the basket, begin a new sale. */
  | { readonly kind: 'park'; readonly payment: PaymentView }
  /** The sale is paid and off the till: begin a new sale. */
  | { readonly kind: 'finish' }
  /** Nothing was charged and the payment is off the till: the basket is a draft again. */
  | { readonly kind: 'draft' }
  /** The payment is gone without an end that we know of: ask what became of the sale. */
  | { readonly kind: 'ask' };

/**
 * Decides the next step for a sale from what the terminal pushed. The terminal's word always wins
 * over ours, and a sale whose payment we lost sight of is asked for, never guessed.
 */
export function nextStep(saleId: string, standing: Standing, terminal: TerminalState): Step {
  const payment = terminal.payment;
  if (payment?.saleId === saleId) return { kind: 'show', payment };
  const setAside = terminal.unresolved.find(
    (unresolved) => unresolved.saleId === saleId && !isOver(unresolved),
  );
  if (setAside !== undefined) return { kind: 'park', payment: setAside };
  switch (standing.kind) {
    case 'draft':
    case 'starting':
      return { kind: 'stay' };
    case 'checking':
      return { kind: 'ask' };
    case 'payment':
      return stepAfter(standing.payment);
    default:
      return standing satisfies never;
  }
}

/** Decides the next step from the answer to `paymentOfSale`; undefined: there was no payment. */
export function stepFromLookup(payment: PaymentView | undefined): Step {
  if (payment === undefined) return { kind: 'draft' };
  return isOver(payment) ? stepAfter(payment) : { kind: 'show', payment };
}

/** Decides the next step when a payment was taken off the till by the cashier. */
export function stepAfterDismissal(payment: PaymentView): Step {
  return isOver(payment) ? stepAfter(payment) : { kind: 'park', payment };
}

/** Whether a payment is over, so that it can be taken off the till. */
export function isOver(payment: PaymentView): boolean {
  return stepAfter(payment).kind !== 'ask';
}

function stepAfter(payment: PaymentView): Step {
  switch (payment.state) {
    case 'approved':
      return { kind: 'finish' };
    case 'declined':
    case 'reversed':
    case 'cancelled':
      return { kind: 'draft' };
    case 'ready':
    case 'reading':
    case 'may-remove':
    case 'entering-pin':
    case 'authorising':
    case 'unknown':
      return { kind: 'ask' };
    default:
      return payment.state satisfies never;
  }
}
