import type { Totals } from './follow-up-messages.ts';
import type { Payment } from './payment.ts';
import { amountsOf, standingFollowUps } from './payment-follow-ups.ts';

const NOTHING: Totals = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n };

/** A payment that changed since the last batch, and as it was then, if it was. */
export interface ChangedPayment {
  readonly before: Payment | undefined;
  readonly now: Payment;
}

/**
 * What a terminal counts for a batch: of every payment that changed since the last one, what it
 * counts for now less what it counted for then.
 */
export function totalsOfDay(payments: readonly ChangedPayment[]): Totals {
  return payments.reduce<Totals>((sum, { before, now }) => {
    const then = before ? totalsOfPayment(before) : NOTHING;
    const after = totalsOfPayment(now);
    return {
      credits: sum.credits + after.credits - then.credits,
      creditsMinor: sum.creditsMinor + after.creditsMinor - then.creditsMinor,
      debits: sum.debits + after.debits - then.debits,
      debitsMinor: sum.debitsMinor + after.debitsMinor - then.debitsMinor,
    };
  }, NOTHING);
}

/** Money that was taken is a debit, each refund a credit; only what the host confirmed counts. */
function totalsOfPayment(payment: Payment): Totals {
  const { takenMinor, refundedMinor } = amountsOf(payment, true);
  const refunds = standingFollowUps(payment, true).filter(({ queued }) => queued.kind === 'refund');
  return {
    credits: refunds.length,
    creditsMinor: refundedMinor,
    debits: takenMinor > 0n ? 1 : 0,
    debitsMinor: takenMinor,
  };
}
