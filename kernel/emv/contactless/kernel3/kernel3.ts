import type { KernelStep } from '../../../transaction/commands.ts';
import { show } from '../../../transaction/steps.ts';
import { tell } from '../../decision.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import { type ContactlessOutcome, outcomeOf } from '../outcome.ts';
import { dataRecordOf } from './data-record.ts';
import { decide } from './decide.ts';
import { updateCard } from './issuer-update.ts';
import { isMagneticStripeMode, readApplication } from './read-application.ts';
import type { Kernel3Transaction } from './transaction.ts';

/**
 * Kernel 3, qVSDC: reads the card, then decides without it; taken up again with the issuer's answer
 * it hands that to the card. Magnetic stripe mode only where the configuration has it. Source: EMV
 * Contactless Book C-3, 5, as publicly described; the book itself is not public.
 */
export function* runKernel3(activation: KernelActivation): KernelStep<ContactlessOutcome> {
  const { restart } = activation;
  if (restart?.issuer) return yield* updateCard(restart.issuer, restart.state);
  const reading = yield* readApplication(activation);
  const { trace } = activation.input;
  if (reading.type === 'ended') {
    const { type, reason } = reading.outcome;
    tell(trace, { step: 'kernel3-reading', result: reason ?? type, kernel: 3 });
    return reading.outcome;
  }
  const { card } = reading.transaction;
  tell(trace, { step: 'kernel3-reading', result: 'read', kernel: 3 }, card, ['82', '94']);
  yield* show({ message: 'card-read-ok', status: 'card-read-ok' });
  const { transaction } = reading;
  return isMagneticStripeMode(transaction) ? magneticStripe(transaction) : decide(transaction);
}

/** The card's track goes to the issuer, with no cryptogram but what is in it. */
function magneticStripe(transaction: Kernel3Transaction): ContactlessOutcome {
  return outcomeOf('online-request', {
    cvm: 'none',
    oda: 'not-performed',
    dataRecord: dataRecordOf(transaction, 'magnetic-stripe'),
    uiOnOutcome: { message: 'authorising', status: 'card-read-ok' },
  });
}
