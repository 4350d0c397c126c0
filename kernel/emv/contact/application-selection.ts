import type { Candidate } from './candidate.ts';
import type { ContactStep } from './contact-transaction.ts';
import type { ContactInput } from './input.ts';
import { selectEach } from './list-of-aids.ts';
import { readDirectory } from './payment-system-directory.ts';

/**
 * The applications that card and terminal both support: those of the card's directory or, where
 * that yields none, those that answer to a name of the terminal's. Source: EMV 4.4 Book 1, 12.3.
 */
export function* buildCandidateList(input: ContactInput): ContactStep<readonly Candidate[]> {
  if (input.usesDirectory) {
    const listed = yield* readDirectory(input);
    if (!listed.ok || listed.value.length > 0) return listed;
  }
  return yield* selectEach(input);
}
