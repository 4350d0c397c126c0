import { encodeHex } from '../../bytes/hex.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { activateContact } from '../../transaction/steps.ts';
import { tell } from '../decision.ts';
import { buildCandidateList } from './application-selection.ts';
import type { Candidate } from './candidate.ts';
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
  tellCandidates(input, listed.value);
  let selection: Selection = { candidates: listed.value, asksAlways: false };
  for (;;) {
    const selected = yield* selectFinally(input, selection);
    if (!selected.ok) return { type: 'end-application', reason: selected.error };
    const { candidate, fci, rest } = selected.value;
    tell(input.trace, { step: 'contact-selection', result: encodeHex(candidate.name) });
    const transaction = beginTransaction(input, candidate.application, fci.name);
    const initiated = yield* initiateApplication(transaction, fci);
    tell(
      input.trace,
      {
        step: 'initiate-application',
        result: initiated.ok ? initiated.value : initiated.error,
      },
      transaction.data,
      ['9F38', '82', '94'],
    );
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
  tell(
    transaction.input.trace,
    {
      step: 'completion',
      result: ended.ok ? endOf(ended.value) : `end-application: ${ended.error}`,
    },
    transaction.data,
    ['9F5B', '8A'],
  );
  return ended.ok
    ? { ...ended.value, ...result }
    : { type: 'end-application', reason: ended.error, ...result };
}

/** The functions of Book 3, 10.2 to 10.11. */
function* runSteps(transaction: ContactTransaction): ContactStep<Conclusion> {
  const read = yield* readApplicationData(transaction);
  const {
    input: { trace },
    data,
  } = transaction;
  const readResult = read.ok ? 'read' : read.error;
  tell(trace, { step: 'read-application-data', result: readResult }, data);
  if (!read.ok) return read;
  restrictProcessing(transaction);
  tell(trace, { step: 'processing-restrictions', result: 'done' }, data, RESTRICTING);
  for (const step of transaction.input.order) {
    const done = yield* FREE_STEPS[step](transaction);
    if (!done.ok) return done;
  }
  const decided = yield* analyseCardAction(transaction);
  if (!decided.ok) return decided;
  return yield* complete(transaction, decided.value);
}

/** What processing restrictions go by. Source: EMV 4.4 Book 3, 10.4. */
const RESTRICTING = ['9F08', '9F09', '9F07', '5F28', '9F1A', '5F25', '5F24', '9A'] as const;

function endOf(conclusion: Conclusion): string {
  return 'reason' in conclusion ? `${conclusion.type}: ${conclusion.reason}` : conclusion.type;
}

function tellCandidates({ trace }: ContactInput, candidates: readonly Candidate[]): void {
  const details = candidates.map(({ name, priorityIndicator }) => {
    const priority = priorityIndicator === undefined ? 'none' : priorityIndicator & 0x0f;
    return `${encodeHex(name)}, priority ${priority}`;
  });
  const result = `${details.length} ${details.length === 1 ? 'application' : 'applications'}`;
  tell(trace, { step: 'contact-candidates', result, details });
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
