import { hex } from '../../bytes/hex.ts';
import { ok } from '../../bytes/result.ts';
import { select, selectNext } from '../apdu.ts';
import type { Candidate } from './candidate.ts';
import { type CardAnswer, type ContactStep, exchange } from './contact-transaction.ts';
import { type Fci, fciValue, matchName, readFci } from './fci.ts';
import type { ContactApplication, ContactInput } from './input.ts';

/** More applications under one name than this are a card that never ends. */
const MAX_OCCURRENCES = 32;

/**
 * The candidates found by selecting each application of the terminal in turn; one that is alone
 * keeps what it answered. Ends the session where SELECT is not supported. Source: EMV 4.4 Book 1,
 * 12.3.3.
 */
export function* selectEach({ applications }: ContactInput): ContactStep<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const application of applications) {
    const found = yield* selectAll(application);
    if (!found.ok) return found;
    candidates.push(...found.value);
  }
  const isAlone = candidates.length === 1;
  return ok(isAlone ? candidates : candidates.map(({ selected: _, ...rest }) => rest));
}

/** Steps 1 to 7 for one application of the terminal. */
function* selectAll(application: ContactApplication): ContactStep<readonly Candidate[]> {
  const aid = hex(application.aid);
  const candidates: Candidate[] = [];
  let command = select(aid);
  for (let occurrence = 0; occurrence < MAX_OCCURRENCES; occurrence++) {
    const selected = yield* exchange(command);
    if (!selected.ok) return selected;
    const { statusWord } = selected.value;
    if (occurrence === 0 && statusWord === '6A81') return { ok: false, error: 'card-blocked' };
    if (occurrence > 0 && !/^(9000|62|63)/.test(statusWord)) break;
    const fci = readAnswer(selected.value);
    const match = fci ? matchName(aid, fci.name) : 'none';
    if (!fci || match === 'none') break;
    const isWanted = match === 'exact' || application.allowsPartialName;
    if (isWanted && statusWord === '9000') candidates.push(toCandidate(fci, application));
    if (match === 'exact' || !application.allowsPartialName) break;
    command = selectNext(aid);
  }
  return ok(candidates);
}

function readAnswer({ statusWord, data }: CardAnswer): Fci | undefined {
  return statusWord === '9000' || statusWord === '6283' ? readFci(data) : undefined;
}

function toCandidate(fci: Fci, application: ContactApplication): Candidate {
  return {
    name: fci.name,
    application,
    selected: fci,
    label: fciValue(fci, '50'),
    preferredName: fciValue(fci, '9F12'),
    codeTable: fciValue(fci, '9F11')?.[0],
    priorityIndicator: fciValue(fci, '87')?.[0],
  };
}
