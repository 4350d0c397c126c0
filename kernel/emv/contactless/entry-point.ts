import { encodeAscii } from '../../bytes/ascii.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { activate, show, transmit } from '../../transaction/steps.ts';
import { select } from '../apdu.ts';
import { listCandidates } from './combination-selection.ts';
import type { ContactlessInput } from './input.ts';
import type { KernelActivation } from './kernel-activation.ts';
import { runKernel3 } from './kernel3/kernel3.ts';
import type { ContactlessOutcome } from './outcome.ts';
import { type AllowedCombination, preProcess } from './pre-processing.ts';

const PPSE = encodeAscii('2PAY.SYS.DDF01');

/** Every kernel this terminal has, by kernel identifier. */
const KERNELS: Readonly<
  Record<number, (activation: KernelActivation) => KernelStep<ContactlessOutcome>>
> = { 3: runKernel3 };

/**
 * The contactless part of a transaction, from the amount to the request for the issuer: Start A,
 * then Start B for each time the card is presented. Source: EMV Contactless Book B, 3.
 */
export function* runEntryPoint(input: ContactlessInput): KernelStep<ContactlessOutcome> {
  const combinations = preProcess(input);
  if (combinations.length === 0) return { type: 'end-application', reason: 'amount-not-allowed' };
  let message: 'present-card' | 'try-again' | 'see-phone' = 'present-card';
  for (const unpredictableNumber of input.unpredictableNumbers) {
    yield* show(message);
    if ((yield* activate()) === 'cancelled') return { type: 'cancelled' };
    const outcome = yield* selectCombination(input, combinations, unpredictableNumber);
    if (outcome.type !== 'try-again') return outcome;
    message = outcome.message;
  }
  return { type: 'end-application', reason: 'card-lost' };
}

/** Start C: each candidate in turn until one kernel takes the transaction. Book B, 3.3. */
function* selectCombination(
  input: ContactlessInput,
  combinations: readonly AllowedCombination[],
  unpredictableNumber: Uint8Array,
): KernelStep<ContactlessOutcome> {
  const directory = yield* transmit(select(PPSE));
  if (directory.type === 'card-lost') return { type: 'try-again', message: 'try-again' };
  const candidates =
    directory.statusWord === '9000' ? listCandidates(directory.data, combinations) : [];
  for (const candidate of candidates) {
    const kernel = KERNELS[candidate.combination.kernelId];
    if (!kernel) continue;
    const selected = yield* transmit(select(candidate.adfName));
    if (selected.type === 'card-lost') return { type: 'try-again', message: 'try-again' };
    if (selected.statusWord !== '9000') continue;
    const fci = selected.data;
    const outcome = yield* kernel({ input, candidate, fci, unpredictableNumber });
    if (outcome.type !== 'select-next') return outcome;
  }
  return { type: 'end-application', reason: 'no-common-application' };
}
