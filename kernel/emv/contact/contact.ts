import type { KernelStep } from '../../transaction/commands.ts';
import { activateContact } from '../../transaction/steps.ts';
import { buildCandidateList } from './application-selection.ts';
import { analyseCardAction } from './card-action-analysis.ts';
import { verificationOf, verifyCardholder } from './cardholder-verification.ts';
import { type Conclusion, complete } from './completion.ts';
import {
  beginTransaction,
  type ContactStep,
  type ContactTransaction,
} from './contact-transaction.ts';
import { type Selection, selectFinally } from './final-selection.ts';
import { initiateApplication } from './initiate-application.ts';
import type { ContactInput, FreeStep } from './input.ts';
import { authenticateOffline } from './offline-data-authentication.ts';
import type { ContactOutcome, ContactResult } from './outcome.ts';
import { restrictProcessing } from './processing-restrictions.ts';
import { readApplicationData } from './read-application-data.ts';
import { manageRisk } from './terminal-risk-management.ts';

/**
 * One contact transaction, from the card in the slot to its last word. The card is asked for
 * cryptograms, the issuer where the decision is so, and each application in turn where one will not
 * have the transaction. Source: EMV 4.4 Book 1, 12; Book 3, 8 to 10; Book 4, 6.
 */
export function* runContact(input: ContactInput): KernelStep<ContactOutcome> {
  if ((yield* activateContact()) === 'cancelled') return { type: 'cancelled' };
  const listed = yield* buildCandidateList(input);
  if (!listed.ok) return { type: 'end-application', reason: listed.error };
  let selection: Selection = { candidates: listed.value, asksAlways: false };
  for (;;) {
    const selected = yield* selectFinally(input, selection);
    if (!selected.ok) return { type: 'end-application', reason: selected.error };
    const { candidate, fci, rest } = selected.value;
    const transaction = beginTransaction(input, candidate.application, fci.name);
    const initiated = yield* initiateApplication(transaction, fci);
    if (!initiated.ok) {
      return { type: 'end-application', reason: initiated.error, ...resultOf(transaction) };
    }
    if (initiated.value === 'initiated') return yield* process(transaction);
    selection = rest;
  }
}

/** Everything after GET PROCESSING OPTIONS. */
function* process(transaction: ContactTransaction): KernelStep<ContactOutcome> {
  const ended = yield* runSteps(transaction);
  const result = resultOf(transaction);
  return ended.ok
    ? { ...ended.value, ...result }
    : { type: 'end-application', reason: ended.error, ...result };
}

/** The functions of Book 3, 10.2 to 10.11. */
function* runSteps(transaction: ContactTransaction): ContactStep<Conclusion> {
  const read = yield* readApplicationData(transaction);
  if (!read.ok) return read;
  restrictProcessing(transaction);
  for (const step of transaction.input.order) {
    const done = yield* FREE_STEPS[step](transaction);
    if (!done.ok) return done;
  }
  const decided = yield* analyseCardAction(transaction);
  if (!decided.ok) return decided;
  return yield* complete(transaction, decided.value);
}

/** The functions whose order the book leaves to the terminal. Source: EMV 4.4 Book 3, 8.2. */
const FREE_STEPS: Readonly<
  Record<FreeStep, (transaction: ContactTransaction) => ContactStep<undefined>>
> = {
  'authenticate-card': authenticateOffline,
  'verify-cardholder': verifyCardholder,
  'manage-risk': manageRisk,
};

function resultOf({ data, oda, host }: ContactTransaction): ContactResult {
  const { method, status } = oda;
  const isDone = method !== 'none' && (status === 'verified' || status === 'failed');
  return {
    data,
    oda: isDone ? `${method}-${status}` : 'not-performed',
    verification: verificationOf(data.get('9F34') ?? new Uint8Array(0)),
    ...(host && { host }),
  };
}
