import { equalBytes } from '../../bytes/bytes.ts';
import { fail, ok } from '../../bytes/result.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { chooseApplication } from '../../transaction/steps.ts';
import { select } from '../apdu.ts';
import { byPriority, type Candidate, choiceOf, needsConfirmation } from './candidate.ts';
import { type ContactStep, exchange } from './contact-transaction.ts';
import { type Fci, readFci } from './fci.ts';
import type { ContactInput } from './input.ts';

/** What is left to choose from. */
export interface Selection {
  readonly candidates: readonly Candidate[];
  /** The cardholder chose an application that was then no good: no more choice without them. */
  readonly asksAlways: boolean;
}

/** An application that was selected, and what is left should it refuse. */
export interface SelectedApplication {
  readonly candidate: Candidate;
  readonly fci: Fci;
  readonly rest: Selection;
}

/**
 * Chooses an application, with the cardholder where the terminal can ask, and selects it; one that
 * cannot be selected is dropped. Source: EMV 4.4 Book 1, 12.4.
 */
export function* selectFinally(
  input: ContactInput,
  selection: Selection,
): ContactStep<SelectedApplication> {
  let { candidates, asksAlways } = selection;
  while (candidates.length > 0) {
    const chosen = yield* choose(input, candidates, asksAlways);
    if (chosen === 'none') break;
    if (chosen === 'refused') return fail('cardholder-refused');
    const { candidate, byCardholder } = chosen;
    candidates = candidates.filter((other) => other !== candidate);
    asksAlways ||= byCardholder;
    if (candidate.selected && !input.reselects) {
      return ok({ candidate, fci: candidate.selected, rest: { candidates, asksAlways } });
    }
    const selected = yield* exchange(select(candidate.name));
    if (!selected.ok) return selected;
    const fci = selected.value.statusWord === '9000' ? readFci(selected.value.data) : undefined;
    if (fci && equalBytes(fci.name, candidate.name)) {
      return ok({ candidate, fci, rest: { candidates, asksAlways } });
    }
  }
  return fail('no-common-application');
}

type Choice = { readonly candidate: Candidate; readonly byCardholder: boolean };

/** Steps 2 to 5. */
function* choose(
  input: ContactInput,
  candidates: readonly Candidate[],
  asksAlways: boolean,
): KernelStep<Choice | 'none' | 'refused'> {
  const sorted = byPriority(candidates);
  const automatic = sorted.find((candidate) => !asksAlways && !needsConfirmation(candidate));
  const asks = input.cardholderSelects && (sorted.length > 1 || !automatic);
  if (!asks) return automatic ? { candidate: automatic, byCardholder: false } : 'none';
  const index = yield* chooseApplication(sorted.map((candidate) => choiceOf(candidate, input)));
  if (index === undefined) return 'refused';
  const candidate = sorted[index];
  if (!candidate) throw new RangeError(`no application ${index} of ${sorted.length}`);
  return { candidate, byCardholder: true };
}
